"""The sheet of what changed since the last list of cancer pathways, what is worst at the top."""

from rpa.connectors.spreadsheet import ReportColumn, ReportSheet, Value
from workflows._cancer_earlier import Earlier
from workflows._cancer_list import Watch
from workflows._cancer_news import News
from workflows._cancer_told import compared_with

CHANGES = {
    News.NEW_BREACH: "A wait became a breach.",
    News.NEWLY_AT_RISK: "A wait will soon be a breach.",
    News.NOT_READ: "It is on the list and was not read this time: see For a person and Rejected rows.",
    News.READ_AGAIN: "It was on the last list and could not be read then.",
    News.CLEARED: "What was a breach is none now, or what was at risk is in time.",
    News.NEW: "New on the list.",
    News.CLOSED: "It was closed, or a clinician discharged the patient.",
    News.GONE: "No longer on the list.",
}
NEW_AND = {
    News.NEW_BREACH: "New on the list, and a wait is a breach already.",
    News.NEWLY_AT_RISK: "New on the list, and a wait will soon be a breach.",
}
"""What is said of a pathway that was on no list before."""
PERHAPS_GONE = "No row that could be read names it: see the line at the top."
"""What is said in place of gone where a row may be of this pathway."""
COLUMNS = (
    ReportColumn("Pathway", 14),
    ReportColumn("What changed", 48),
    ReportColumn("Was", 26),
    ReportColumn("Is", 26),
)


def changes_sheet(watch: Watch, before: Earlier | None) -> ReportSheet:
    """Return what changed since the last list."""
    lines = lines_of(watch, before) if before else []
    said = [*compared_with(watch, before), *([] if lines or before is None else ["Nothing changed."])]
    return ReportSheet("What changed", COLUMNS, lines, title="What changed since the last list", note=" ".join(said))


def lines_of(watch: Watch, before: Earlier) -> list[list[Value]]:
    """Return a line for each pathway that changed."""
    order = {news: place for place, news in enumerate(News)}
    news = sorted(before.news(watch).items(), key=lambda each: (order[each[1]], each[0]))
    doubt = before.strangers(watch) > 0
    return [
        [number, changed(number, one, before, doubt=doubt), was(number, before), is_now(number, watch)]
        for number, one in news
    ]


def changed(number: str, news: News, before: Earlier, *, doubt: bool) -> str:
    """Say in a sentence what changed; with a `doubt` nothing is said to be gone for certain."""
    if news is News.GONE and doubt:
        return PERHAPS_GONE
    return CHANGES[news] if number in before.stand.read else NEW_AND.get(news, CHANGES[news])


def was(number: str, before: Earlier) -> str:
    """Say on which list a pathway was when it was last read."""
    if number in before.stand.unread:
        return "could not be read"
    standing = before.stand.read.get(number)
    day = f" on {before.read_on[number]:%d/%m/%Y}" if number in before.read_on else ""
    return f"{standing.value}{day}" if standing else ""


def is_now(number: str, watch: Watch) -> str:
    """Say on which list a pathway is, or why it is on none."""
    if number in watch.standings:
        return watch.standings[number].value
    return watch.ended.get(number, watch.left.numbers.get(number, ""))
