"""The process that parses: reads requests from its standard input until it ends, answers with cells."""

import contextlib
import json
import pickle
import sys
from typing import IO, Any

from rpa.connectors.spreadsheet.frames import read_frame, write_frame
from rpa.connectors.spreadsheet.limits import Limits
from rpa.connectors.spreadsheet.outline import outlined
from rpa.connectors.spreadsheet.packing import packed
from rpa.connectors.spreadsheet.parse import Message, parse
from rpa.exceptions import InputRefused
from rpa.garbage import unwatched

DAMAGED = "is damaged or not a file of its kind: open it in Excel, save it as a new .xlsx and send that"


def main() -> None:
    """Answer requests until the parent closes the pipe or ends."""
    _limit_memory(int(sys.argv[1]))
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            _answer(json.loads(read_frame(sys.stdin.buffer)), sys.stdout.buffer)


def _limit_memory(count: int) -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the gate and the parent's clock still hold
        return
    resource.setrlimit(resource.RLIMIT_AS, (count, count))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(request: dict[str, Any], out: IO[bytes]) -> None:
    try:
        limits, key, top = Limits(**request["limits"]), (request["password"], request["secret"]), request["top"]
        messages = parse(request["path"], sheet=request["sheet"], limits=limits, key=key, top=top)
        with unwatched():
            for message in packed(messages) if top is None else outlined(messages, top):
                _send(out, message)
        _send(out, ("done", None))
    except InputRefused as refusal:
        _send(out, ("refused", f"{request['file']} {refusal}"))
    except BrokenPipeError:
        raise
    except MemoryError:
        sys.exit(1)  # the parent says that it was too large; what is left here can't be trusted
    except BaseException as error:  # a Rust panic is no Exception, and any error is the file's
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        _send(out, ("refused", f"{request['file']} {DAMAGED}"))


def _send(out: IO[bytes], message: Message) -> None:
    kind, content = message
    if kind == "columns":
        count, rows = content
        write_frame(out, pickle.dumps((kind, count), protocol=5))
        write_frame(out, rows)  # by themselves: the parent leaves them packed
    else:
        write_frame(out, pickle.dumps(message, protocol=5))


if __name__ == "__main__":
    main()
