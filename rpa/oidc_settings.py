"""Settings of the trust's own sign-in (OpenID Connect), under `[oidc]`."""

from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class OidcSettings(BaseModel, extra="forbid"):
    """The trust's own sign-in; off as long as it has no issuer."""

    issuer: str = ""
    """Address of the provider, such as `https://login.microsoftonline.com/TENANT/v2.0`."""
    client_id: str = ""
    """What the provider knows the console by."""
    secret: str = "oidc"  # noqa: S105 - a name
    """Name of the sign-in whose password is the client's secret."""
    break_glass: str = ""
    """The one admin who may still sign in with a password, when the provider is away; nobody if not given."""

    ways: list[str] = []
    """Ways of signing in there, such as `mfa`, of which its token must tell one (`amr`, `acr` or `acrs`), if given."""
    signed_in_hours: float = Field(default=0.0, ge=0)
    """How many hours ago somebody may have signed in there (`auth_time`); any time if 0."""

    @field_validator("issuer")
    @classmethod
    def encrypted(cls, issuer: str) -> str:
        """Take no provider to whom secrets would go as they are."""
        parts = urlsplit(issuer)
        if issuer and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("expected an address with https://: the client's secret goes there")
        return issuer.rstrip("/")

    @property
    def is_on(self) -> bool:
        """Whether people sign in with it."""
        return bool(self.issuer and self.client_id)
