"""The register of target systems: where each is, who signs in, and how long a write may take to show."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

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
    settle: float = 2.0
    """Seconds in which a write that was sent may still appear; waited out before a doubtful write is looked up."""
    origins: tuple[str, ...] = ()
    """Further origins the browser may load from; all others are blocked."""
    options: Mapping[str, str] = field(default_factory=dict)
    """Whatever else the system's bot needs to know."""


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
