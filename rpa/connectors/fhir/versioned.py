"""A resource as a server gave it, with the version that an update is made on condition of."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Versioned:
    """The whole resource, what we know of it and what we don't, so that an update loses nothing."""

    body: dict[str, Any] = field(repr=False)
    etag: str | None = None
    """Its version as `If-Match` takes it, `W/"3"`; None where the server tells none."""

    @property
    def kind(self) -> str:
        """Its type."""
        return str(self.body.get("resourceType", ""))

    @property
    def id(self) -> str:
        """Its id on the server."""
        return str(self.body.get("id", ""))

    def changed(self, **elements: Any) -> "Versioned":
        """Return it with elements replaced, of the same version; one that becomes None is left out."""
        body = {name: value for name, value in (self.body | elements).items() if value is not None}
        return Versioned(body, self.etag)


def etag_of(body: dict[str, Any]) -> str | None:
    """Return the version that a resource tells in itself, as a search finds it: `ETag` is a header of one resource."""
    meta = body.get("meta")
    version = meta.get("versionId") if isinstance(meta, dict) else None
    return f'W/"{version}"' if isinstance(version, str) and version else None
