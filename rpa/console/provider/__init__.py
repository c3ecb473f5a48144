"""People sign in with the trust's own account: OpenID Connect, as of Entra ID."""

from rpa.console.provider.accounts import Accounts
from rpa.console.provider.journey import Journeys
from rpa.console.provider.talk import Provider

__all__ = ["Accounts", "Journeys", "Provider"]
