"""The command line: `rpa` and its commands."""

import sys
from collections.abc import Sequence

from cyclopts import CycloptsError, MissingArgumentError, UnknownCommandError

from rpa.cli.app import make_app
from rpa.cli.exits import Exit


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command and end the process with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> Exit:
    """Run a command and return its exit code; an error is one sentence and the next step on stderr, no traceback."""
    try:
        ended = make_app()(
            list(arguments), print_error=False, exit_on_error=False, verbose=False, result_action="return_value"
        )
    except UnknownCommandError as error:
        wanted = " ".join([*(error.command_chain or ()), *(error.unused_tokens or ())[:1]])
        return _refuse(f"there is no command {wanted!r}; `rpa{_command(arguments[:-1])} --help` lists those there are")
    except CycloptsError as error:
        said = _missing(error) if isinstance(error, MissingArgumentError) else _on_one_line(error)
        stop = "" if said.endswith("?") else "."
        chain = "".join(f" {one}" for one in error.command_chain or ()) or _command(arguments)
        return _refuse(f"{said}{stop} Run `rpa{chain} --help` to see what it takes")
    except KeyboardInterrupt:
        return _refuse("stopped. What was done is kept; `rpa work` goes on with the rest", Exit.FAILED)
    except Exception as error:  # whatever happens, a person reads one sentence
        from rpa.cli.errors import explained  # loads the library's errors only when there is one

        return _refuse(*explained(error))
    return ended if isinstance(ended, Exit) else Exit.DONE


def _missing(error: MissingArgumentError) -> str:
    """Say which argument a command still needs, and what it is."""
    argument = error.argument
    if argument is None:
        return _on_one_line(error)
    name = argument.name if argument.index is None else argument.name.strip("-").upper()
    what = (argument.parameter.help or "").rstrip(".")
    _, meant, instead = _on_one_line(error).partition("Did you mean ")
    explained = f": {what[0].lower()}{what[1:]}" if what else ""
    return f"{name} is missing{explained}" + (f". {meant}{instead}" if meant else "")


def _on_one_line(error: CycloptsError) -> str:
    return " ".join(str(error).split()).rstrip(".")


def _refuse(sentence: str, code: Exit = Exit.USAGE) -> Exit:
    print(f"rpa: {sentence.rstrip('.')}.", file=sys.stderr)
    return code


def _command(arguments: Sequence[str]) -> str:
    return "".join(f" {one}" for one in arguments[:1] if one.isidentifier())
