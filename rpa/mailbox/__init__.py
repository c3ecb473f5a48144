"""The mailbox: takes workbooks that people send by e-mail as jobs, and answers each message once."""

from rpa.mailbox.mailbox import Mailbox

__all__ = ["Mailbox"]
