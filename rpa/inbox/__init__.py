"""The drop folder: takes what people put into it as jobs, and puts the answers into the outbox."""

from rpa.inbox.inbox import Inbox

__all__ = ["Inbox"]
