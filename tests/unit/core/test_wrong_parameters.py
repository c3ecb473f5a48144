"""A parameter that is wrong is answered with what was found, what was expected, and which there are."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator, BaseModel, Field

from rpa import Item, Row, column, workflow
from rpa.exceptions import UsageError
from rpa.planning import check_params

TAKES = (
    "It takes: soon (a whole number from 0 to 60; 5 if not given); team (one of North, South; must be given); "
    "few (true or false; false if not given); today (a date such as 2026-11-20); even (a whole number; 2 if not given)"
)


class Line(Row):
    name: str = column("Name")


class Team(StrEnum):
    NORTH = "North"
    SOUTH = "South"


def only_even(value: int) -> int:
    if value % 2:
        raise ValueError("an even number is needed")
    return value


class Params(BaseModel):
    soon: int = Field(default=5, ge=0, le=60)
    team: Team
    few: bool = False
    today: date | None = None
    even: Annotated[int, AfterValidator(only_even)] = 2


@workflow(title="Look", key="name", params=Params)
def look(item: Item[Line]) -> str:
    """Look."""
    return "looked"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"soon": "ten"}, "soon is 'ten', expected a whole number from 0 to 60"),
        ({"soon": "90"}, "soon is '90', expected a whole number from 0 to 60"),
        ({"sooner": "10"}, "there is no 'sooner', is it 'soon'?"),
        ({"zzz": "10"}, "there is no 'zzz'"),
        ({"team": "East"}, "team is 'East', expected one of North, South"),
        ({"few": "perhaps"}, "few is 'perhaps', expected true or false"),
        ({"today": "20/11/2026"}, "today is a date in another form, expected a date such as 2026-11-20"),
        ({"even": "3"}, "even is '3': an even number is needed"),
    ],
)
def test_wrong_parameter_is_told_with_what_is_expected(given: Mapping[str, Any], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_params(look, {"team": "North", **given})

    assert str(caught.value) == f"the parameters of look are wrong: {said}. {TAKES}"


def test_parameter_that_is_missing_is_told() -> None:
    with pytest.raises(UsageError, match="team is missing, expected one of North, South"):
        check_params(look, {})


def test_good_parameters_are_the_workflows_own_model() -> None:
    assert check_params(look, {"team": "South", "soon": "7"}) == Params(team=Team.SOUTH, soon=7)


def test_workflow_without_parameters_says_so() -> None:
    @workflow(title="See", key="name")
    def see(item: Item[Line]) -> str:
        return "seen"

    with pytest.raises(UsageError, match=r"there is no 'soon'\. It takes: none"):
        check_params(see, {"soon": "7"})
