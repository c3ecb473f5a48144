"""Who acted, as an entry of the record names him in a sentence."""

from rpa.audit.trail import Entry
from rpa.models import ActorKind


def who(one: Entry) -> str:
    """Return who acted, as a subject of a sentence."""
    if one.actor.kind == ActorKind.BOT:
        return f"The robot {one.actor.name}"
    if one.actor.kind == ActorKind.SCHEDULE:
        return f"The schedule {one.actor.name}"
    return "The robot's desk" if one.actor.kind == ActorKind.LIBRARY else one.actor.name
