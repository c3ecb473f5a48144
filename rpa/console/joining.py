"""An approver chooses the passphrase he decides with: he shows once more who he is, and somebody vouches for him."""

from collections.abc import Mapping

from starlette.responses import Response

from rpa.approvals import Signer
from rpa.approvals.signing import check_passphrase
from rpa.console.door import Page
from rpa.console.navigation import APPROVERS
from rpa.console.passwords import fits
from rpa.console.signing_in import TOO_OFTEN, may_have_password
from rpa.console.starting import in_words
from rpa.console.tries import PASSPHRASE
from rpa.console.visit import Visit
from rpa.exceptions import UsageError

_ASKED: Mapping[str, str] = {
    "passphrase": "Enter the passphrase you want",
    "password": "Enter the password you sign in with",
    "code": "Enter the code that your phone shows now",
    "voucher": "Select who vouches for you",
    "vouching": "Whoever vouches for you types the passphrase",
}
_DIFFER = "The two passphrases are not the same"
_NOT_YOU = "The password or the code is not right, or the code was used before. Nothing was changed"
_NOT_VOUCHED = "That is not the passphrase of whoever vouches for you. Nothing was changed"
_WAIT = "There were too many wrong passphrases of this person. Wait 15 minutes"


def ask(visit: Visit) -> Response:
    """Ask for the passphrase, and say what is needed for it."""
    return _asked(visit, {})


def take(visit: Visit) -> Response:
    """Let the person in among those who may approve."""
    if not _can_join(visit):
        return _asked(visit, {})
    errors = _wrong(visit)
    if errors:
        return _asked(visit, errors, status=422)
    if not visit.site.tries.may(visit.person.name):
        return _asked(visit, {"password": TOO_OFTEN}, status=429)
    if not visit.site.tries.may(visit.text("voucher"), of=PASSPHRASE):
        return _asked(visit, {"vouching": _WAIT}, status=429)
    if not _is_who_he_says(visit):
        visit.site.tries.refused(visit.person.name)
        return _asked(visit, {"password": _NOT_YOU}, status=401)
    signer = _voucher(visit)
    if signer is None:
        visit.site.tries.refused(visit.text("voucher"), of=PASSPHRASE)
        return _asked(visit, {"vouching": _NOT_VOUCHED}, status=401)
    return _joined(visit, signer)


def _joined(visit: Visit, signer: Signer) -> Response:
    register = visit.desk.approvals.approvers
    try:
        register.add(visit.person.name, _typed(visit, "passphrase"), by=visit.person.actor, voucher=signer)
    except UsageError as error:  # somebody was let in or out meanwhile
        return _asked(visit, {"passphrase": in_words(error)}, status=422)
    visit.site.tries.good(visit.person.name)
    visit.site.tries.good(visit.text("voucher"), of=PASSPHRASE)
    return visit.go("/plans", said="may-approve")


def _asked(visit: Visit, errors: Mapping[str, str], *, status: int = 200) -> Response:
    is_known = visit.desk.approvals.approvers.knows(visit.person.name)
    return visit.show("passphrase.html", status=status, errors=errors, names=_names(visit),
                      voucher=visit.text("voucher"), is_known=is_known, can_join=_can_join(visit))  # fmt: skip


def _wrong(visit: Visit) -> dict[str, str]:
    """Return what is missing or can't be taken, before anything is tried: a code is taken once."""
    wrong = {name: said for name, said in _ASKED.items() if not _typed(visit, name)}
    if visit.text("voucher") not in _names(visit):
        wrong["voucher"] = _ASKED["voucher"]
    if "passphrase" in wrong:
        return wrong
    try:
        check_passphrase(_typed(visit, "passphrase"),
                         names=(visit.person.name, visit.desk.settings.console.organisation))  # fmt: skip
    except UsageError as error:
        return wrong | {"passphrase": in_words(error)}
    return wrong if _typed(visit, "again") == _typed(visit, "passphrase") else wrong | {"passphrase": _DIFFER}


def _is_who_he_says(visit: Visit) -> bool:
    """Return whether password and one-time code are those of whoever is signed in; a wrong password takes no code."""
    found = visit.site.people.named(visit.person.name)
    kept = found[1] if found is not None else None
    return fits(_typed(visit, "password"), kept) and visit.site.people.take_code(visit.person, visit.text("code"))


def _voucher(visit: Visit) -> Signer | None:
    try:
        return visit.desk.approvals.approvers.sign_in(visit.text("voucher"), _typed(visit, "vouching"))
    except UsageError:
        return None


def _can_join(visit: Visit) -> bool:
    """Return whether it can be done here: by a person with a password, and never by the first one."""
    return (
        may_have_password(visit, visit.person.name)
        and bool(_names(visit))
        and not visit.desk.approvals.approvers.knows(visit.person.name)
    )


def _names(visit: Visit) -> list[str]:
    return [one.name for one in visit.desk.approvals.approvers.all()]


def _typed(visit: Visit, name: str) -> str:
    return str(visit.form.get(name, ""))  # as it is, blanks and all


PAGES: Mapping[str, Page] = {"/plans/passphrase": Page(ask, take, APPROVERS)}
"""The address at which an approver chooses his passphrase."""
