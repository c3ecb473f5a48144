"""The register of target systems: where each is, who signs in, when it may be used, and by how many at once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rpa.calendars import OpeningHours
from rpa.exceptions import NotFoundError


@dataclass(frozen=True, slots=True)
class System:
    """One target system, as registered in the settings."""

    name: str
    """The stable name workflows and bots use, e.g. `practice-pas`."""
    address: str
    """Origin of the system, e.g. `https://pas.example.nhs.uk`."""
    credential: str | None = None
    """Name of the secret that signs in; None for a system without sign-in."""
    sign_in: str = "screen"
    """`screen`: the bot signs in on its page. `basic`, `ntlm`: the browser does, with the credential. `windows`: the
    browser does, as the account that the worker runs under."""
    settle: float = 2.0
    """Seconds in which a write that was sent may still appear; waited out before a doubtful write is looked up."""
    origins: tuple[str, ...] = ()
    """Further origins the browser may load from; all others are blocked."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Whatever else the system's bot needs to know."""
    max_sessions: int | None = None
    """Most sessions at the same moment, of all workers together; None for as many as there are slots."""
    hours: tuple[str, ...] = ()
    """When it may be used, e.g. `mon-fri 07:00-19:00`; empty for always."""
    maintenance: tuple[str, ...] = ()
    """When it may not be used, whatever its hours say."""
    breaker: int = 5
    """System exceptions in a row, from any worker, after which it is left alone; 0 for never."""
    probe_after: float = 60.0
    """Seconds until a system that is left alone is looked at for the first time."""

    trace: bool = False
    """Whether what is done there is recorded, and kept as evidence if the attempt fails."""
    bot: str = ""
    """Another bot that acts in it, wherever a workflow can do with it, as `package.module:Name`; empty for none."""
    zone: str = "Europe/London"
    """Whose clocks its hours are meant by."""

    def opening_hours(self) -> OpeningHours | None:
        """Return when it may be used; None for always.

        Raises:
            UsageError: Its hours or maintenance windows can't be read, or leave no time at all.
        """
        return OpeningHours(self.hours, self.maintenance, self.zone) if self.hours or self.maintenance else None


class Systems:
    """All registered systems, by name."""

    def __init__(self, systems: Iterable[System]) -> None:
        self._by_name = {system.name: system for system in systems}

    def get(self, name: str) -> System:
        """Return the system of that name.

        Raises:
            NotFoundError: It isn't registered; the message says what is.
        """
        try:
            return self._by_name[name]
        except KeyError:
            known = ", ".join(sorted(self._by_name)) or "none"
            raise NotFoundError(
                f"system {name!r} is not registered; registered: {known}. Add [systems.{name}] to rpa.toml"
            ) from None

    def __iter__(self) -> Iterator[System]:
        return iter(self._by_name.values())
