"""The options that commands share, each with one meaning everywhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from rpa.models import Actor, ActorKind
from rpa.workers import account_name

DATA = Path("rpa-data")


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Common:
    """What every command takes."""

    dir: Annotated[
        Path, Parameter(name="--dir", env_var="RPA_DIR", help="Folder of database, evidence, run pages and settings.")
    ] = DATA
    json: Annotated[bool, Parameter(name="--json", help="Print JSON with stable keys.")] = False


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Asked(Common):
    """What every command takes that the record names a person for."""

    by: Annotated[str | None, Parameter(name="--by", help="Who asks; your login name if not given.")] = None

    @property
    def person(self) -> Actor:
        """Who asks: the name given, else the login name."""
        return Actor(ActorKind.PERSON, self.by or account_name())


COMMON = Common()
ASKED = Asked()
Why = Annotated[str, Parameter(name="--why", help="The reason, kept in the record.")]
JobId = Annotated[int, Parameter(help="Number of the job.")]
