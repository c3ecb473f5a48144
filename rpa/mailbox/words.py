"""What an answer says: what was found, what was expected, what to do; never a name of a file or a sheet."""

import re
from collections.abc import Sequence

from rpa.logs import scrubbed

STRANGER = "this address may not send workbooks here; ask the digital team to add it"
FORGED = "the trust's mail server does not vouch for the sender"
AUTOMATIC = "no person sent it"
NO_SENDER = "it names no sender, or several"
TOO_LARGE = "it has more than {} MB; send the workbook in several messages"
NOTHING = "it carries no workbook; attach one (.xlsx, .xlsm, .xls, .xlsb, .ods or .csv) and send it again"
BROKEN = "it did not arrive whole; attach it anew and send it again"
ZIPPED = "it is packed; unpack it and attach the workbook itself"
ENCRYPTED = "it is encrypted; send it without encryption"
OUTLOOK = "Outlook packed it into winmail.dat; send the message as HTML or plain text"
OUR_SIDE = "something went wrong on our side each time it was read; tell the digital team, and keep the file"
_SHEETS = re.compile(r"sheets? '[^']*'(?:, '[^']*')*")


def which_workflow(names: Sequence[str]) -> str:
    """Say that nothing tells which workflow is meant."""
    listed = ", ".join(names)
    return f"nothing says which workflow it is for; write one of these as the subject, and nothing else: {listed}"


def one_for_each(inputs: Sequence[str]) -> str:
    """Say that the files of a workflow with several inputs can't be told apart."""
    told = ", ".join(inputs)
    return f"it needs one workbook for each of {told}, all in one message, with that word in the name of its file"


def handed_in_before(job_id: int) -> str:
    """Say that the same bytes made a job before."""
    return f'it was sent before, as job {job_id}; nothing was added. To do it once more, add "again" to the subject'


def neutral(said: str, names: Sequence[str]) -> str:
    """Return a sentence without the names of files and sheets: people name them after patients."""
    for number, name in enumerate(names, 1):
        said = said.replace(name, f"attachment {number}")
    return scrubbed(_SHEETS.sub("the sheet", said)).rstrip(".")


def answer(lines: Sequence[str]) -> str:
    """Return the text of an answer."""
    return "\n".join(("Your message was looked at by rpa.", "", *lines, "", "Do not reply: nobody reads replies."))


def results_lie(job_id: int, where: str) -> str:
    """Say where the results of a job lie."""
    return f"Job {job_id} is done. Its results are here:\n\n{where}\n"


def results_attached(job_id: int) -> str:
    """Say that the results of a job are attached."""
    return (
        f"Job {job_id} is done. Its results are attached. They hold patients' data: keep them where such data may be.\n"
    )


def results_elsewhere(job_id: int) -> str:
    """Say that the results of a job may not be sent to this address."""
    return f"Job {job_id} is done. Its results may not be sent to this address; ask the digital team for them.\n"
