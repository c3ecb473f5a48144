"""Makes jobs of what a message carries, or says why not. It may be left at any point and is done again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy.exc import SQLAlchemyError

from rpa.desk import Desk, Submitted
from rpa.exceptions import UsageError
from rpa.inbox.folders import free_name
from rpa.inbox.names import name_inputs
from rpa.mailbox import words
from rpa.mailbox.addressing import workflow_of
from rpa.mailbox.authentication import is_vouched_for
from rpa.mailbox.letters import Attachment, Letter
from rpa.mailbox.register import DONE, REFUSED, Known, Register
from rpa.models import Actor, ActorKind
from rpa.results import what_is_left

_MOST_TRIES = 5
"""Times a message is read before it is refused: it may be what ends the worker."""
_PACKED = (".zip", ".7z", ".rar", ".gz", ".tar")
_ENCRYPTED = (".p7m", ".pgp", ".gpg", ".asc")


@dataclass(frozen=True, slots=True)
class _Said:
    text: str
    is_job: bool


class Reading:
    """Sees to one message: who may send, which workflow, and each of its hand-ins."""

    def __init__(self, desk: Desk, register: Register) -> None:
        self._desk = desk
        self._register = register
        self._settings = desk.settings.mail

    def see_to(self, one: Letter, *, too_large: bool) -> str:
        """Bring a message to its end and return that."""
        known = self._register.begin(one)
        if known.ended is not None:
            return known.ended
        try:
            return self._ended(known, one, too_large=too_large)
        except (OSError, SQLAlchemyError):
            self._register.not_counted(known)
            raise

    def _ended(self, known: Known, one: Letter, *, too_large: bool) -> str:
        why = self._refusal(one)
        if why:
            return self._refuse(known, one, why)
        if too_large:
            return self._refuse(known, one, words.TOO_LARGE.format(self._settings.most_megabytes))
        if known.tries > _MOST_TRIES:
            return self._refuse(known, one, words.OUR_SIDE)
        names = self._desk.workflows.names
        workflow, again = workflow_of(names, address=self._settings.address, recipients=one.recipients,
                                      subject=one.subject)  # fmt: skip
        if not workflow:
            return self._refuse(known, one, words.which_workflow(names))
        if not one.attachments:
            return self._refuse(known, one, words.NOTHING)
        said = list(self._handed_in(known, one, workflow, again=again))
        ended = DONE if all(line.is_job for line in said) else REFUSED
        return self._end(known, one, ended, [line.text for line in said])

    def _refusal(self, one: Letter) -> str:
        if one.is_automatic or one.sender == self._settings.address.lower():
            return words.AUTOMATIC
        if not one.sender:
            return words.NO_SENDER
        server = self._settings.authserv_id
        if server is not None and not is_vouched_for(one.checks, sender=one.sender, server=server):
            return words.FORGED
        return "" if self._name(one) else words.STRANGER

    def _name(self, one: Letter) -> str:
        senders = {address.lower(): name for address, name in self._settings.senders.items()}
        return senders.get(one.sender, "")

    def _refuse(self, known: Known, one: Letter, why: str) -> str:
        return self._end(known, one, REFUSED, [f"It was not taken: {why}."])

    def _end(self, known: Known, one: Letter, ended: str, lines: Sequence[str]) -> str:
        answer = words.answer(lines) if self._may_answer(one) else None
        self._register.end(known, one, ended, said="\n".join(lines), answer=answer, by=self._name(one))
        return ended

    def _may_answer(self, one: Letter) -> bool:
        """Whether an answer can start no loop and reaches nobody whose address was only borrowed."""
        if self._refusal(one) not in ("", words.STRANGER):
            return False
        ours = {address.lower().rpartition("@")[2] for address in self._settings.senders}
        is_ours = one.sender.rpartition("@")[2] in ours
        return is_ours and self._register.answers_lately(one.sender) < self._settings.most_answers

    def _handed_in(self, known: Known, one: Letter, workflow: str, *, again: bool) -> Iterator[_Said]:
        inputs = list(self._desk.workflows.get(workflow).inputs)
        groups = [[file] for file in one.attachments] if len(inputs) == 1 else [list(one.attachments)]
        for number, files in enumerate(groups, 1):
            label = f"Attachment {number}" if len(inputs) == 1 else "Your workbooks"
            why = next((why for file in files if (why := _unfit(file))), "")
            if why:
                yield _Said(f"{label}: not taken; {why}.", is_job=False)
                continue
            digest = sha256("".join(file.digest for file in files).encode()).hexdigest()
            done = self._register.jobs(known).get(digest)
            if done is not None:  # from one who died before the message had its end
                yield _Said(f"{label}: job {done}.", is_job=True)
                continue
            try:
                made = self._submitted(known, one, workflow, files, digest=digest, again=again)
                left = f" {what_is_left(made.earlier)}" if made.earlier else ""
                yield _Said(f"{label}: job {made.job.id}.{left}", is_job=True)
            except UsageError as error:
                said = words.neutral(str(error), [file.name for file in files])
                yield _Said(f"{label}: not taken; {said}.", is_job=False)

    def _submitted(self, known: Known, one: Letter, workflow: str, files: Sequence[Attachment], *, digest: str,
                   again: bool) -> Submitted:  # fmt: skip
        inputs = list(self._desk.workflows.get(workflow).inputs)
        with TemporaryDirectory() as folder:
            paths = [_written(file, Path(folder)) for file in files]
            try:
                given = name_inputs(inputs, paths) if len(inputs) > 1 else [str(paths[0])]
                if len(given) != len(inputs):
                    raise UsageError(words.one_for_each(inputs))
            except UsageError:
                raise UsageError(words.one_for_each(inputs)) from None
            by = Actor(ActorKind.PERSON, self._name(one))
            link = partial(self._register.link, known, digest)
            made = self._desk.submit(workflow, given, by=by, again=again, also=link)
        if not made.is_new:
            raise UsageError(words.handed_in_before(made.job.id))
        return made


def _unfit(file: Attachment) -> str:
    suffix = Path(file.name).suffix.lower()
    if suffix in _PACKED:
        return words.ZIPPED
    if suffix in _ENCRYPTED:
        return words.ENCRYPTED
    if file.name.lower() == "winmail.dat":
        return words.OUTLOOK
    return words.BROKEN if file.broken else ""


def _written(file: Attachment, folder: Path) -> Path:
    path = free_name(folder / file.name)
    path.write_bytes(file.content)
    return path
