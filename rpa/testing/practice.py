"""A practice clinic of its own with its bot, for a test that acts on real screens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from rpa.bots import Patient, PracticePas
from rpa.connectors.browser import Browser
from rpa.demo.clinic import Clinic
from rpa.secrets import Credential
from rpa.systems import System


@dataclass(frozen=True, slots=True)
class Practice:
    """A clinic that runs for this test, and a bot that acts in it through a browser of its own."""

    clinic: Clinic
    """The clinic: `faults` to set, `snapshot()` and `writes()` to look at."""
    pas: PracticePas
    """The bot to hand to `rehearse`."""

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
        system = System(PracticePas.system_name, clinic.address)
        yield Practice(clinic, PracticePas(system, browser, Credential(clinic.username, clinic.password)))
