"""What programs of the digital team send to stop something and to start it again, and what they are sent."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from rpa.console.api.models import Sent, Told


class Switch(Sent):
    """A person's switch for a system, a workflow or a schedule."""

    way: Literal["pause", "resume"]
    why: str = Field(min_length=1, max_length=1000)


class MachineSwitch(Sent):
    """A person's switch for a machine: its workers end what is in hand first, or with `at-once` at its next step."""

    way: Literal["pause", "at-once", "resume"]
    why: str = Field(min_length=1, max_length=1000)


class Switched(Told):
    """How something stands after its switch was used."""

    name: str
    paused: bool
    why: str | None = Field(description="Who paused it, and why.")


class ScheduleTold(Switched):
    """When a workflow starts by itself."""

    workflow: str
    next: list[datetime]


class ScheduleList(Told):
    """All schedules."""

    schedules: list[ScheduleTold]


class Noting(Sent):
    """What is known of a cause; without a note, what was noted is cleared."""

    workflow: str = Field(min_length=1, max_length=100)
    failure: Literal["business", "system", "in_doubt"]
    code: str = Field(min_length=1, max_length=64)
    note: str = Field(default="", max_length=500, description="For the team and for those who sent the rows.")
    link: str = Field(default="", max_length=500, description="The address where more about it stands.")
