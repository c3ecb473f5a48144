"""What a person is told of entries that belong to no item, and the kinds of entries that are looked for together."""

from collections.abc import Mapping
from typing import Any

PHRASES: Mapping[str, str] = {
    "job.submitted": "sent the job: {rows_in} rows, for {workflow}",
    "job.completed": "wrote down that nothing of the job waits any more",
    "job.rejected": "refused the plan",
    "job.reversal_planned": "planned to put the job back, as job {reversal}",
    "items.kept": "kept the rows of others when a patient was erased",
    "results.exported": "fetched the results",
    "list.exported": "took a {what} away",
    "record.exported": "took entries of the record out",
    "record.archived": "moved the entries of {year} into a file of their own",
    "evidence.key_rotated": "made a new key for kept files",
    "key.rotated": "let a new key sign the seals",
    "key.replaced": "let a new key sign the seals, for the old one is lost",
    "log.sealed": "sealed the record",
    "log.opened": "began the record of {tree}",
    "person.added": "let {name} in",
    "person.removed": "let {name} out",
    "person.changed": "gave {name} other roles or another team",
    "person.link_made": "made a link with which {name} chooses a password",
    "person.codes_forgotten": "forgot the one-time codes of {name}",
    "person.sessions_ended": "ended the sessions of {name}",
    "practice.loaded": "loaded the practice clinic",
    "practice.removed": "removed the practice clinic",
    "person.signed_in": "signed in to the console",
    "person.signed_out": "signed out of the console",
    "person.refused": "refused somebody who tried to sign in",
    "person.password_chosen": "chose a password",
    "person.codes_set_up": "set up one-time codes",
    "token.made": "made a token of the role {role} for a program",
    "token.ended": "ended the token of a program",
    "token.used": "asked by the token {name}: {what}",
    "approver.added": "let {name} decide about plans",
    "approver.removed": "lets {name} decide about plans no longer",
    "approvers.reset": "let nobody decide about plans any more",
    "system.paused": "paused the system {system}",
    "system.resumed": "took the system {system} into use again",
    "system.breaker_opened": "left the system {system} alone after {faults} faults",
    "schedule.paused": "paused the schedule {schedule}",
    "schedule.resumed": "resumed the schedule {schedule}",
    "schedule.fired": "started what was due",
    "schedule.missed": "missed what was due",
    "schedule.failed": "could not start what was due",
    "machine.paused": "paused the machine {machine}",
    "machine.resumed": "resumed the machine {machine}",
    "workflow.paused": "paused the workflow {workflow}",
    "workflow.resumed": "resumed the workflow {workflow}",
    "cause.noted": "noted what is known of {code} of {workflow}",
    "cause.cleared": "cleared what was known of {code} of {workflow}",
    "worker.started": "started to work",
    "worker.ended": "ended its work",
    "worker.lost": "found that a worker had stopped without a word",
    "session.signed_in": "signed in to {system}",
    "sign_in.refused": "was refused by {system} when it signed in",
    "headings.saved": "said which headings of a sheet stand for which columns",
    "arrival.taken": "took a file from the drop folder",
    "arrival.refused": "refused a file in the drop folder",
    "arrival.returned": "put results into the drop folder",
    "mail.taken": "took a workbook from the mailbox",
    "mail.refused": "refused an e-mail",
    "mail.answered": "answered an e-mail",
    "mail.results_sent": "sent results by e-mail",
}
"""What somebody did, as it follows a name."""

KINDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "changes": ("Something was changed", ("change.made", "change.confirmed", "effect.made", "effect.confirmed")),
    "doubts": ("Nobody can tell whether it was changed", ("change.in_doubt", "effect.in_doubt")),
    "failures": ("A row needed a person", ("item.failed",)),
    "people": ("A person dealt with a row", ("item.retried", "item.corrected", "item.cancelled")),
    "jobs": ("A job was sent", ("job.submitted",)),
    "plans": ("A plan was decided about", ("job.approved", "job.rejected", "job.reversal_planned")),
    "readings": ("Somebody read or took something out",
                 ("record.read", "record.exported", "results.exported", "list.exported", "evidence.opened")),
    "erasures": ("Something was erased or removed", ("payload.erased", "evidence.removed", "record.archived")),
    "sign-ins": ("Somebody signed in, or was refused",
                 ("person.signed_in", "person.refused", "person.password_chosen", "person.codes_set_up")),
    "access": ("Somebody was let in or out, or may do other things",
               ("person.added", "person.removed", "person.changed", "person.link_made", "person.codes_forgotten",
                "person.sessions_ended", "approver.added", "approver.removed", "approvers.reset", "token.made",
                "token.ended")),
    "systems": ("A system was paused or failed", ("system.paused", "system.resumed", "system.breaker_opened",
                                                  "sign_in.refused")),
    "pauses": ("A workflow or a machine was paused or resumed", ("workflow.paused", "workflow.resumed",
                                                                 "machine.paused", "machine.resumed")),
    "schedules": ("A schedule was due, paused or resumed", ("schedule.fired", "schedule.missed", "schedule.failed",
                                                            "schedule.paused", "schedule.resumed")),
    "record": ("The record itself", ("log.sealed", "log.opened", "key.rotated", "key.replaced")),
}  # fmt: skip
"""Kinds of entries, in words, by what they are called in an address."""


def phrase(name: str, facts: Mapping[str, Any]) -> str | None:
    """Return what somebody did; None for an entry without words of its own."""
    words = PHRASES.get(name)
    return None if words is None else " ".join(words.format_map(_Said(facts)).split())


class _Said(dict[str, Any]):
    """What an entry does not say is left out of its sentence."""

    def __missing__(self, key: str) -> str:
        return ""
