"""What changed between two lists is told once for each pathway, and what was not read is never gone."""

from hypothesis import given
from hypothesis import strategies as st

from workflows._cancer_news import News, Stand, news_since
from workflows._cancer_pathways import Standing

NUMBERS = [f"C{number}" for number in range(6)]
PLACES = st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from([*Standing, "ended", "unread"]))


def stand(places: dict[str, str], *, whole: bool = True) -> Stand:
    read = {number: place for number, place in places.items() if isinstance(place, Standing)}
    ended, unread = ([number for number, place in places.items() if place == kind] for kind in ("ended", "unread"))
    return Stand(read, ended, unread, whole=whole)


def test_what_changed_since_yesterday_is_told_once_for_each_pathway() -> None:
    before = {
        "to breach": Standing.SOON,
        "to risk": Standing.WITHIN,
        "cleared": Standing.ACT_NOW,
        "same": Standing.SOON,
        "gone": Standing.WITHIN,
        "less pressing": Standing.ACT_NOW,
        "booked": Standing.NO_EVENT,
    }
    now = {
        "to breach": Standing.ACT_NOW,
        "to risk": Standing.SOON,
        "cleared": Standing.WITHIN,
        "same": Standing.SOON,
        "new": Standing.WITHIN,
        "new and late": Standing.ACT_NOW,
        "less pressing": Standing.SOON,
        "booked": Standing.WITHIN,
    }

    found = news_since(Stand(before), Stand(now))

    assert found == {
        "to breach": News.NEW_BREACH,
        "to risk": News.NEWLY_AT_RISK,
        "cleared": News.CLEARED,
        "gone": News.GONE,
        "new": News.NEW,
        "new and late": News.NEW_BREACH,
        "less pressing": News.CLEARED,
    }


@given(PLACES, PLACES)
def test_gone_are_those_that_were_open_and_that_no_row_names(before: dict[str, str], now: dict[str, str]) -> None:
    found = news_since(stand(before), stand(now))

    gone = {number for number, news in found.items() if news is News.GONE}
    assert gone == {number for number, place in before.items() if place != "ended" and number not in now}


@given(PLACES, PLACES)
def test_part_of_a_list_calls_nothing_gone(before: dict[str, str], now: dict[str, str]) -> None:
    found = news_since(stand(before), stand(now, whole=False))

    assert News.GONE not in found.values()


@given(PLACES, PLACES)
def test_what_was_not_read_is_told_as_not_read_and_nothing_else(before: dict[str, str], now: dict[str, str]) -> None:
    found = news_since(stand(before), stand(now))

    unread = {number for number, news in found.items() if news is News.NOT_READ}
    assert unread == {
        number for number, place in now.items() if place == "unread" and before.get(number, "ended") != "ended"
    }
