"""A worker of the drop folder that a test can kill: `python -m tests.integration.inbox.dying FOLDER`.

It prints a line when it begins to look, so that a kill can be timed from there.
"""

import sys
from datetime import timedelta
from pathlib import Path

from rpa.desk import open_desk
from rpa.inbox import Inbox
from rpa.models import Actor, ActorKind, Ending
from rpa.settings import load_settings
from rpa.states import ItemState


def main(folder: Path) -> None:
    """Look into the drop folder and do what waits, until killed."""
    desk = open_desk(load_settings(folder, inbox={"settle": 0}))
    desk.workers.bury(desk.me)  # what a dead one holds is free at once
    desk.workers.register(desk.me)
    inbox = Inbox(desk)
    print("looking", flush=True)
    while True:
        inbox.tick()
        claim = desk.queue.claim(desk.me.id, desk.workflows.names, lease=timedelta(seconds=60))
        if claim is not None:
            desk.queue.finish(claim, Ending(ItemState.COMPLETED, outcome="moved"), by=Actor(ActorKind.BOT, "tidy"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
