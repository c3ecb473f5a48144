"""The net under the log: whatever looks like a patient's identifier is hidden, and a line stays one line.

It leaves alone what the log is read for: numbers of jobs and items, digests, versions, ports and times.
"""

import re

from nhs_number.validate import is_valid

_MAY_HOLD = re.compile(r"[\d@]")
# Each pattern begins with a digit where it can, and looks back from there: so the search skips all that is none.
# Between two hexadecimal digits, or behind a decimal point, it is part of a digest or of a fraction.
_NOT_WITHIN, _AFTER = r"(?<![0-9a-f].)(?<!\d\..)", r"(?![0-9a-f])"
_TEN_DIGITS = re.compile(rf"(\d{_NOT_WITHIN}\d{{2}})[\s\u00a0-]?(\d{{3}})[\s\u00a0-]?(\d{{4}}){_AFTER}", re.IGNORECASE)
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_NAME = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DATES = "|".join(
    (
        rf"{_DAY}/{_MONTH}/\d{{2}}(?:\d{{2}})?",
        rf"{_DAY}([.-]){_MONTH}\1\d{{4}}",
        rf"(?<!\d\d:\d\d on ){_DAY}[ -]{_NAME}[ -]\d{{4}}",
        # With a time of day beside it, it is a time of the log; nobody is born at midnight sharp.
        r"\d{4}-\d{2}-\d{2}(?:[T ]00:00:00(?![.\d]))?(?![T ]\d{2}:\d{2})",
        rf"\d{{4}}, {_MONTH}, {_DAY}(?=\))",
    )
)
_DATE_BEGINS = re.compile(r"\d(?<![\w./-].)[\w./-]*")
_DATE = re.compile(rf"(?:{_DATES})(?![\w/]|[-.]\w)", re.IGNORECASE)
_E_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_INWARD = r"\d[ABD-HJLNP-UW-Z]{2}"
_MAY_HOLD_POSTCODE = re.compile(r"\d(?<![^\sA-Z\d].)[ABD-HJLNP-UW-Z]{2}\b", re.IGNORECASE)
_POSTCODES = (
    re.compile(rf"\b[A-Z]{{1,2}}\d[A-Z\d]?[\s\u00a0]{{1,2}}{_INWARD}\b", re.IGNORECASE),
    re.compile(rf"\b[A-Z]{{1,2}}\d[A-Z\d]?{_INWARD}\b"),
)
_PHONE = re.compile(
    rf"(?:[+]{_NOT_WITHIN}(?<!-.)44|0{_NOT_WITHIN}(?<!-.))(?:[\s\u00a0()-]{{0,2}}\d){{9,10}}{_AFTER}", re.IGNORECASE
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # a file name may hold a lone surrogate


def scrubbed(text: str) -> str:
    """Return the text without NHS numbers, phone numbers, dates, postcodes and e-mail addresses, on one line."""
    if _MAY_HOLD.search(text):
        text = _TEN_DIGITS.sub(_nhs_number_hidden, text)
        if "@" in text:
            text = _E_MAIL.sub("[e-mail]", text)
        if _MAY_HOLD_POSTCODE.search(text):
            for postcode in _POSTCODES:
                text = postcode.sub("[postcode]", text)
        text = _without_dates(_PHONE.sub("[phone]", text))
    return text if text.isprintable() else _CONTROL.sub(_escaped, text)


def _without_dates(text: str) -> str:
    parts, end = [], 0
    for begin in _DATE_BEGINS.finditer(text):
        found = _DATE.match(text, begin.start()) if begin.start() >= end else None
        if found is not None:
            parts += [text[end : found.start()], "[date]"]
            end = found.end()
    return "".join([*parts, text[end:]]) if parts else text


def _nhs_number_hidden(found: re.Match[str]) -> str:
    return "[NHS number]" if is_valid("".join(found.groups())) else found[0]


def _escaped(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]
