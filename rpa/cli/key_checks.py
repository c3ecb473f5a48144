"""What `rpa doctor` says of the key that signs the seals: where it is, and whether it can be read."""

from contextlib import closing

from rpa.audit.key_check import check_keys
from rpa.db import Database
from rpa.sealing import keys_of
from rpa.settings import Settings


def look_at_key(settings: Settings) -> str:
    """Return in words where the key is.

    Raises:
        RecordError: It can't be read, or isn't that of the record; the message says why, and what to do.
    """
    keys = keys_of(settings)
    with closing(Database(settings.database)) as database, database.reading() as connection:
        check_keys(connection, keys)
    return keys.place()
