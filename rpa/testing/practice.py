"""A practice clinic of its own with its bot, for a test that acts on real screens."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from rpa.bots import Bot, Credential, Patient, PracticePas, System
from rpa.connectors.browser import Browser
from rpa.demo.clinic import Clinic

B = TypeVar("B", bound=Bot)


class Practice:
    """A clinic that runs for this test, and bots that act in it through a browser of their own.

    `pas` is the clinic's own bot, to hand to `rehearse`; `clinic` has `faults` to set, and `snapshot()` and `writes()`
    to look at.
    """

    def __init__(self, clinic: Clinic, browser: Browser) -> None:
        self.clinic = clinic
        self._browser = browser
        self.pas = self.bot(PracticePas)

    def bot(self, kind: type[B]) -> B:
        """Return a bot of your own class that signs in to this clinic."""
        system = System(kind.system_name, self.clinic.address)
        return kind(system, self._browser, Credential(self.clinic.username, self.clinic.password))

    def patients(self) -> list[Patient]:
        """Return who is registered, straight from the clinic's database."""
        return [
            Patient(str(one["reference"]), str(one["nhs_number"]), date.fromisoformat(str(one["date_of_birth"])))
            for one in self.clinic.snapshot()["patient"].values()
        ]


@contextmanager
def practice_clinic(*, skin: str = "modern") -> Iterator[Practice]:
    """Run a freshly filled clinic in a throw-away folder, with its bot; `skin` is `modern` or `legacy`.

    Everything ends with the block. All patients are invented.
    """
    with (
        TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Clinic(Path(folder), skin=skin) as clinic,
        Browser() as browser,
    ):
        yield Practice(clinic, browser)
