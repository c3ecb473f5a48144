"""`rpa audit archive`: what the entries of a year say moves into a file that is only read, and still verifies."""

from rpa.archiving import Archiver
from rpa.audit.halves import verify_large
from rpa.cli.exits import Exit
from rpa.cli.opening import opened
from rpa.cli.options import ASKED, Asked
from rpa.cli.screen import print_json, say
from rpa.runpage.words import counted
from rpa.sealing import archives_of, known_of


def archive(year: int, /, *, options: Asked = ASKED) -> Exit:
    """Move a year that has ended out of the database, into a file that is only read; the record still verifies.

    The record is checked first. Stopped in the middle, it goes on when it is called again. Ends with 4 if the record
    was altered, and then moves nothing.

    Args:
        year: The year, such as 2025.
        options: Folder, JSON, who asks.
    """
    with opened(options.dir) as desk:
        checked = verify_large(desk.database, against=known_of(desk.settings))
        if not checked.clean:
            say(f"{checked} Nothing was moved.")
            return Exit.RECORD_BROKEN
        moved = Archiver(desk.database, desk.record, archives_of(desk.settings)).move(year, by=options.person)
        if options.json:
            print_json({"year": year, "file": moved.path, "sha256": moved.digest, "entries": moved.entries})
        else:
            entries = counted(moved.entries, "entry", "entries")
            say(f"{entries} of {year} are in {moved.path}, which is only read from now on.")
            say("Keep it there, and a copy elsewhere: without it, nobody can tell what they said.")
        return Exit.DONE
