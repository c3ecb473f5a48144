"""How a command ends: the exit codes that scripts and schedulers can rely on."""

from enum import IntEnum


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    """It was done, and nothing waits for anybody."""
    FAILED = 1
    """Something went wrong on our side; the sentence on stderr says what."""
    USAGE = 2
    """The command can't be done as it was given."""
    NOT_FOUND = 3
    """There is no such job, item, workflow, file or entry."""
    RECORD_BROKEN = 4
    """The record was changed since it was written."""
    RECORD_INCOMPLETE = 5
    """The record is sound, but says of a write only that it was begun."""
    NEEDS_PERSON = 6
    """The work is done as far as the robot can: items wait for a person."""
