"""Finding workflows in folders, and saying what is wrong with one."""

from pathlib import Path

import pytest

from rpa import Item, Row, Table, column, step, workflow
from rpa.exceptions import NotFoundError, UsageError
from rpa.library import load_workflows

FLOW = '''
"""A workflow."""
from rpa import Item, Row, column, workflow


class Line(Row):
    """A line."""
    name: str = column("Name")


@workflow(title="Do it", key="name")
def {name}(item: Item[Line]) -> str:
    """Do it."""
    return "done"
'''


class Line(Row):
    name: str = column("Name")


def write(folder: Path, file: str, name: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / file).write_text(FLOW.format(name=name), encoding="utf-8")
    return folder


def test_every_file_of_a_folder_is_looked_through(tmp_path: Path) -> None:
    folder = write(tmp_path / "flows", "one.py", "first_flow")
    write(folder, "two.py", "second_flow")

    library = load_workflows([str(folder)])

    assert library.names == ("first_flow", "second_flow")
    assert library.get("first_flow").options.title == "Do it"


def test_an_unknown_workflow_is_answered_with_those_there_are(tmp_path: Path) -> None:
    library = load_workflows([str(write(tmp_path / "known", "one.py", "the_only_flow"))])

    with pytest.raises(NotFoundError, match="the_only_flow"):
        library.get("another")


def test_two_workflows_of_one_name_are_refused(tmp_path: Path) -> None:
    folder = write(tmp_path / "twice", "one.py", "same_flow")
    write(folder, "two.py", "same_flow")

    with pytest.raises(UsageError, match="two workflows are named same_flow"):
        _ = load_workflows([str(folder)]).names


def test_a_broken_file_is_an_error_each_time(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "broken.py").write_text("1 / 0", encoding="utf-8")
    library = load_workflows([str(folder)])

    for _ in range(2):
        with pytest.raises(UsageError, match="ZeroDivisionError"):
            _ = library.names


def test_a_place_that_is_nowhere_is_named() -> None:
    with pytest.raises(UsageError, match="no_such_place"):
        _ = load_workflows(["no_such_place"]).names


def test_a_workflow_without_a_typed_item_is_told_how() -> None:
    with pytest.raises(UsageError, match=r"Item\[YourRow\]"):

        @workflow(title="No item", key="name")
        def no_item(row: str) -> str:
            return row


def test_a_key_that_is_no_field_is_told_which_there_are() -> None:
    with pytest.raises(UsageError, match=r"expected a field of Line: .*name"):

        @workflow(title="Wrong key", key="nmae")
        def wrong_key(item: Item[Line]) -> str:
            return ""


def test_a_step_without_a_return_annotation_is_refused() -> None:
    with pytest.raises(UsageError, match="no return annotation"):

        @step
        def unclear(name: str):  # type: ignore[no-untyped-def]
            return name


def test_a_step_outside_a_workflow_is_a_plain_function() -> None:
    @step
    def double(number: int) -> int:
        return 2 * number

    assert double(2) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = 1\ndef broken(:", r"bad\.py, line 2, can't be used \(SyntaxError: "),
        ("from rpa import Nonsense", r"bad\.py, line 1, can't be used \(ImportError: .*Nonsense"),
        ("\nfrom rpa import workflow\nworkflow(key='a')", r"bad\.py, line 3, can't be used \(TypeError: .*title"),
    ],
)
def test_a_file_that_cannot_be_loaded_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "bad.py").write_text(text, encoding="utf-8")

    with pytest.raises(UsageError, match=said):
        _ = load_workflows([str(tmp_path)]).names


def test_an_input_without_a_title_is_called_by_its_name_in_words() -> None:
    @workflow(title="Do it", key="name", input_titles={"ers": "e-RS extract"})
    def titled_flow(item: Item[Line]) -> str:
        return item.row.name

    @titled_flow.plan
    def plan(ers: Table[Line], ward_list: Table[Line]) -> list[object]:
        return [ers, ward_list]

    assert [titled_flow.title_of(name) for name in titled_flow.inputs] == ["e-RS extract", "Ward list"]


def test_two_inputs_of_one_title_are_refused() -> None:
    @workflow(title="Do it", key="name", input_titles={"ers": "Ward list"})
    def alike_flow(item: Item[Line]) -> str:
        return item.row.name

    with pytest.raises(UsageError, match="alike_flow has inputs of one title"):

        @alike_flow.plan
        def plan(ers: Table[Line], ward_list: Table[Line]) -> list[object]:
            return [ers, ward_list]


def test_a_title_for_an_input_that_is_none_is_refused() -> None:
    @workflow(title="Do it", key="name", input_titles={"esr": "e-RS extract"})
    def mistyped_flow(item: Item[Line]) -> str:
        return item.row.name

    with pytest.raises(UsageError, match="has titles for esr, expected inputs: ers"):

        @mistyped_flow.plan
        def plan(ers: Table[Line]) -> list[object]:
            return [ers]
