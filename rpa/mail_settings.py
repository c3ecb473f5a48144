"""The settings of the mailbox that people send workbooks to."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, model_validator


class MailSettings(BaseModel, extra="forbid"):
    """The mailbox, under `[mail]`. Answers go by the server of `[alarms]`."""

    host: str | None = None
    """The server that holds the mailbox (IMAP); no mailbox is looked into if not given."""
    port: int = Field(default=993, ge=1, le=65535)
    """Its port: 993 for tls, 143 for starttls."""
    security: Literal["tls", "starttls"] = "tls"
    """How the connection is encrypted."""
    credential: str = "mailbox"
    """Name of the sign-in to it."""
    address: str = "rpa@localhost"
    """The address of the mailbox; answers come from it."""
    folder: str = "INBOX"
    """Where new messages lie."""
    done: str = "Done"
    """Where a message goes whose workbooks were all taken."""
    refused: str = "Refused"
    """Where every other message goes."""
    senders: dict[str, str] = Field(default_factory=dict)
    """Who may send workbooks: the name of the person, by address."""
    authserv_id: str | None = None
    """By what name the trust's own mail server signs its checks of a sender; every message needs one."""
    unchecked_senders: bool = False
    """Take messages whose sender nobody has checked: anybody can write any address into one."""
    most_answers: int = Field(default=20, ge=1)
    """Answers to one sender within 24 hours."""
    most_megabytes: int = Field(default=25, ge=1)
    """Largest message that is taken, with all it carries."""
    results: Literal["none", "link", "workbook"] = "none"
    """What a sender gets by e-mail once a job is done: nothing, where its results lie, or the workbook itself."""
    results_to: tuple[str, ...] = ()
    """Addresses and domains that a workbook with patients' data may be sent to."""
    results_link: str | None = None
    """Where results lie, with `{workflow}`, `{job}` and `{file}` in it; the path in the outbox if not given."""
    ca_file: Path | None = None
    """Certificates of the trust's own authority; the machine's own if not given."""
    every: float = Field(default=30, ge=1)
    """Seconds between two looks."""

    @model_validator(mode="after")
    def _check_senders(self) -> "MailSettings":
        if self.host and not self.authserv_id and not self.unchecked_senders:
            raise ValueError(
                "[mail] has a host and no authserv_id, so anybody could send work in another's name: name the trust's "
                "own mail server there, or say unchecked_senders = true if nobody outside of the trust can reach the "
                "mailbox"
            )
        return self
