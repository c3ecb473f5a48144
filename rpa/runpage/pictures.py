"""The masked pictures of a job, as they can be put into a page that asks for nothing outside."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from rpa.evidence import Evidence, EvidenceStore
from rpa.exceptions import EvidenceLocked, NotFoundError, RecordError

_MOST = 40
_MOST_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """One screenshot; `uri` is empty for one that is kept but not shown, and `note` says why."""

    digest: str
    name: str
    item_id: int | None
    kept_at: datetime
    uri: str
    note: str = ""


def pictures_of(evidence: EvidenceStore, job_id: int) -> Sequence[Picture]:
    """Return the screenshots of a job, oldest first; beyond a size that a page can bear they are only named."""
    shown, size = list[Picture](), 0
    for one in evidence.of_job(job_id):
        if one.kind != "screenshot" or not one.media_type.startswith("image/"):
            continue
        fits = len(shown) < _MOST and size + one.size <= _MOST_BYTES
        size += one.size
        shown.append(_shown(evidence, one) if fits else _only_named(one, "Kept as evidence; the page is full."))
    return shown


def _shown(evidence: EvidenceStore, one: Evidence) -> Picture:
    try:
        content = evidence.read(one.digest)
    except NotFoundError:
        return _only_named(one, "The kept file is not there any more.")
    except EvidenceLocked:
        return _only_named(one, "The kept file can't be opened: its key is missing.")
    except RecordError:
        return _only_named(one, "The kept file has been changed since; don't rely on it.")
    uri = f"data:{one.media_type};base64,{b64encode(content).decode()}"
    return Picture(one.digest, one.name, one.item_id, one.kept_at, uri)


def _only_named(one: Evidence, note: str) -> Picture:
    return Picture(one.digest, one.name, one.item_id, one.kept_at, "", note)
