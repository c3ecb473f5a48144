"""The page on schedules says what the code does, and its example is one that can be."""

import tomllib

from rpa.alarms import AlarmKind
from rpa.schedules import calendar_of, schedules_of
from rpa.settings import ScheduleSettings, Settings
from tests.pages import ROOT, table

PAGE = ROOT / "docs" / "schedules.md"
NOT_GIVEN = {
    "": None,
    "the beginning of 2026": None,
    "those of [calendar]": None,
    "false": False,
}


def test_settings_are_all_there_are_with_their_defaults() -> None:
    told = {name: if_not_given for name, _, if_not_given in table(PAGE, "setting", "means", "if not given")}

    fields = {name: one for name, one in ScheduleSettings.model_fields.items() if not one.is_required()}
    assert set(told) == set(ScheduleSettings.model_fields)
    assert {name: NOT_GIVEN.get(told[name], told[name]) for name in fields if name != "params"} == {
        name: one.default for name, one in fields.items() if name != "params"
    }


def test_example_is_understood() -> None:
    text = PAGE.read_text(encoding="utf-8").partition("```toml\n")[2].partition("```")[0]
    settings = Settings.model_validate({"dir": ROOT / "nowhere", **tomllib.loads(text)})

    said = [one.said for one in schedules_of(settings, calendar_of(settings))]

    assert said == ["cron 30 6 * * *, on working days", "3rd working day of the month at 07:00"]


def test_alarm_and_rules_are_those_there_are() -> None:
    rules = {rule.split(" ")[0] for rule, _ in table(PAGE, "rule", "means")}

    assert AlarmKind.SCHEDULE_MISSED in PAGE.read_text(encoding="utf-8")
    assert rules == {"cron", "every", "at", "working_day"}
