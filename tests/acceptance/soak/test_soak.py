"""A day of 24 hours in two minutes: work and trouble all the time. `make soak` takes longer, and sees growth."""

from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory

import pytest

from tests.acceptance.soak.scale import Scale
from tests.acceptance.soak.soak import soak

MINUTES = 2


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_day_full_of_trouble_loses_nothing_and_leaves_nothing(database_url: str) -> None:
    random_seed = SystemRandom().randrange(2**32)
    # Not pytest's own folder: in one whose path is long, a browser can't make the socket it needs.
    with TemporaryDirectory(prefix="rpa-soak-") as folder:
        went = soak(Path(folder), Scale(MINUTES), database_url=database_url, random_seed=random_seed)

    print(f"{random_seed=}", went, sep="\n")
    assert not [one for one in went.verdicts if not one.good and not one.is_trend]
