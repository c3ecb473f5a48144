"""The logs for process mining are taken by pm4py, a program of others, in an environment of its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from rpa.cli import run
from tests.acceptance.exports.outside import Outside
from tests.integration.cli.office import Office, make_office


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    made = make_office(tmp_path_factory.mktemp("office"))
    at = ["--dir", str(made.data)]
    run(["submit", "tidy", str(made.list("fine", "nobody", "faulty")), "--by", "Jo Clerk", *at])
    run(["work", "--until-idle", *at])
    for form in ("xes", "ocel"):
        target = str(made.folder / f"record.{form}")
        run(["audit", "export", "--job", "1", "--format", form, "--reason", "process mining", "--out", target, *at])
    return made


@pytest.fixture(scope="module")
def loaded(office: Office) -> Any:
    pm4py = Outside("pm4py")
    pm4py.make_ready()
    loading = Path(__file__).with_name("loading.py")
    printed = pm4py.run(str(loading), str(office.folder / "record.xes"), str(office.folder / "record.ocel"))
    return json.loads(printed.splitlines()[-1])


def test_xes_has_a_trace_for_each_item_and_every_event_of_it(loaded: Any) -> None:
    assert loaded["traces"] == ["item-1", "item-2", "item-3"]
    assert loaded["events"].count("item.claimed") == 4
    assert loaded["events"].count("change.made") == 2
    assert loaded["lifecycle"] == ["ate_abort", "complete", "start", "suspend"]
    assert {"rpa", "tidy"} <= set(loaded["resources"])
    assert "UTC" in loaded["times"]
    assert loaded["model"] > 0


def test_ocel_has_every_event_of_the_job_and_what_it_is_about(loaded: Any) -> None:
    assert set(loaded["events"]) < set(loaded["activities"])
    assert "job.submitted" in loaded["activities"]
    assert loaded["objects"] == [
        ["item", "item:1"], ["item", "item:2"], ["item", "item:3"], ["job", "job:1"], ["workflow", "workflow:tidy"]
    ]  # fmt: skip
    assert ["item:1", "job:1"] in loaded["related"]
    assert ["job:1", "workflow:tidy"] in loaded["related"]
