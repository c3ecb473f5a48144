"""Sends the results of a job that came by e-mail to whoever sent it, as far as the settings allow."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from loguru import logger
from sqlalchemy import select, update

from rpa.audit import Event
from rpa.clock import local
from rpa.connectors.spreadsheet import return_suffix
from rpa.db.mail_tables import letter, letter_job
from rpa.db.tables import job
from rpa.desk import Desk
from rpa.inbox.folders import Folders, put
from rpa.mailbox import words
from rpa.mailbox.register import backoff
from rpa.models import Actor, ActorKind
from rpa.postman.mail import Mail
from rpa.results import write_results
from rpa.states import JobState

_LIBRARY = Actor(ActorKind.LIBRARY, "rpa")
_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class _Due:
    job_id: int
    workflow: str
    sender: str
    tries: int


class Sending:
    """Each job's results are sent once; who dies between sending and noting it makes the same message be sent again."""

    def __init__(self, desk: Desk, mail: Mail) -> None:
        self._desk = desk
        self._mail = mail
        self._settings = desk.settings.mail

    def send_due(self) -> None:
        """Send what is completed and not sent."""
        if self._settings.results == "none":
            return
        for one in self._due():
            self._put_off(one)
            try:
                mail, digest = self._written(one)
                self._mail.post(mail)
            except Exception as error:  # a server can answer anything; the others must not wait for it
                logger.warning("the results of job {} could not be sent: {}", one.job_id, type(error).__name__)
            else:
                self._note_sent(one, digest)

    def may_carry(self, address: str) -> bool:
        """Whether a workbook may go to an address: it is listed, or its domain is, and the way there is encrypted."""
        listed = {one.lower() for one in self._settings.results_to}
        is_safe = self._desk.settings.alarms.smtp_security != "none"
        return is_safe and (address in listed or address.rpartition("@")[2] in listed)

    def _due(self) -> list[_Due]:
        wanted = (
            select(job.c.id, job.c.workflow, letter.c.sender, letter_job.c.result_tries)
            .select_from(letter_job.join(job, job.c.id == letter_job.c.job_id).join(letter))
            .where(job.c.state == JobState.COMPLETED, letter_job.c.result_sent_at.is_(None))
            .where(letter_job.c.result_at <= self._desk.clock.now())
        )
        with self._desk.database.reading() as connection:
            return [_Due(*row) for row in connection.execute(wanted.order_by(job.c.id).limit(_AT_ONCE))]

    def _put_off(self, one: _Due) -> None:
        values = {"result_at": self._desk.clock.now() + backoff(one.tries), "result_tries": one.tries + 1}
        with self._desk.database.transaction() as connection:
            connection.execute(update(letter_job).where(letter_job.c.job_id == one.job_id).values(**values))

    def _written(self, one: _Due) -> tuple[EmailMessage, str | None]:
        mail = EmailMessage()
        mail["Subject"] = f"rpa: job {one.job_id} is done"
        mail["From"], mail["To"] = self._settings.address, one.sender
        mail["Date"] = format_datetime(local(self._desk.clock.now()))
        name = sha256(f"results {one.job_id} {self._desk.pseudonyms.of(str(one.job_id))}".encode()).hexdigest()[:32]
        mail["Message-ID"] = f"<{name}@rpa.invalid>"
        mail["Auto-Submitted"] = "auto-generated"
        if self._settings.results == "link":
            mail.set_content(words.results_lie(one.job_id, self._put_down(one)))
            return mail, None
        if not self.may_carry(one.sender):
            mail.set_content(words.results_elsewhere(one.job_id))
            return mail, None
        content, file = self._workbook(one)
        mail.set_content(words.results_attached(one.job_id))
        mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=file)
        return mail, sha256(content).hexdigest()

    def _workbook(self, one: _Due) -> tuple[bytes, str]:
        workflow, inputs = self._desk.workflows.get(one.workflow), self._desk.views.job(one.job_id).inputs
        is_ours = workflow.reporter is not None or len(workflow.inputs) > 1
        suffix = ".xlsx" if is_ours else return_suffix(Path(str(inputs[0]["file"])))
        with TemporaryDirectory() as folder:
            made = write_results(self._desk, one.job_id, Path(folder) / f"job {one.job_id}{suffix}")
            return made.read_bytes(), made.name

    def _put_down(self, one: _Due) -> str:
        content, file = self._workbook(one)
        target = Folders(self._desk.settings).out(one.workflow) / file
        put(content, target)
        link = self._settings.results_link or str(target.resolve())
        return link.replace("{workflow}", one.workflow).replace("{job}", str(one.job_id)).replace("{file}", file)

    def _note_sent(self, one: _Due, digest: str | None) -> None:
        event = Event("mail.results_sent", _LIBRARY, facts={"sha256": digest}, payload={"to": one.sender})
        mine = update(letter_job).where(letter_job.c.job_id == one.job_id, letter_job.c.result_sent_at.is_(None))
        with self._desk.database.transaction() as connection:
            if connection.execute(mine.values(result_sent_at=self._desk.clock.now())).rowcount:
                self._desk.record.append(connection, f"job-{one.job_id}", event)
