"""The console's actions as JSON, for programs of the trust, with tokens that act for one person in one role."""

from rpa.console.api.app import make_api
from rpa.console.api.document import openapi_document

__all__ = ["make_api", "openapi_document"]
