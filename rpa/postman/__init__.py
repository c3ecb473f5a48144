"""Sends alarms: by e-mail and to a webhook, each once however many workers look, and never too many."""

from rpa.postman.postman import Postman
from rpa.postman.ways import Delivery

__all__ = ["Delivery", "Postman"]
