"""Whether the folder of keys is the one that the record was sealed with: a key is never made anew in silence."""

import orjson
from sqlalchemy import Connection, Select, select

from rpa.audit.keys import SealKeys
from rpa.audit.record import SYSTEM_RUN
from rpa.audit.sealer import SEALS_RUN, latest_seal
from rpa.db.tables import event
from rpa.exceptions import RecordError

_BRING_BACK = "bring the folder of keys back from a backup, or let `rpa audit key new` make another"


def check_keys(connection: Connection, keys: SealKeys) -> None:
    """Check that the newest seal is signed with a key of this folder, or that the record tells why there is a new one.

    Raises:
        RecordError: It isn't: the folder is gone, lacks its newest keys, or is that of another installation.
    """
    if latest_seal(connection) is None:
        return
    known = [str(one) for one in keys.public()]
    if not known:
        raise RecordError(f"the key that signs the seals is gone, and its public key too; {_BRING_BACK}")
    signed = _said(connection, select(event.c.body).where(event.c.run == SEALS_RUN), "key")
    if signed is None or signed in known:
        return
    replaced = select(event.c.body).where(event.c.run == SYSTEM_RUN, event.c.name == "key.replaced")
    if _said(connection, replaced, "new") != known[-1]:
        raise RecordError(f"the newest seal is signed with {signed}, which is not in the folder of keys; {_BRING_BACK}")


def _said(connection: Connection, entries: Select[bytes], fact: str) -> str | None:
    """Return a fact of the newest of these entries; None where it was altered, which is told by who verifies it."""
    body = connection.execute(entries.order_by(event.c.seq.desc()).limit(1)).scalar()
    try:
        return None if body is None else str(orjson.loads(bytes(body))["facts"][fact])
    except (ValueError, KeyError, TypeError):
        return None
