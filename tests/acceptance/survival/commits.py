"""The commits of a slot that starts, does one visit with two steps and two writes, and ends: each by its number."""

from enum import IntEnum


class Commit(IntEnum):
    """What is durable with a commit of a slot's life."""

    REGISTERED = 1
    CLAIMED = 2
    SIGNING_IN = 3
    SIGNED_IN = 4
    FOUND_PATIENT = 5
    INTENDED = 6
    MADE = 7
    FOUND_VISIT = 8
    INTENDED_NEXT = 9
    MADE_NEXT = 10
    COMPLETED = 11
    ENDED = 12


RECOVERED = Commit.SIGNED_IN + 1
"""A slot that takes up a write which another began: what became of it is recorded before anything else."""
