"""A record of two jobs on canary patients, a pack of one, and a Python that has nothing of ours."""

from pathlib import Path

import pytest

from rpa.audit.keys import SealKeys
from rpa.sealing import Sealing
from tests.integration.conftest import Bench
from tests.integration.exports.archive import CANARIES, Archive
from tests.integration.exports.bare import Bare, make_bare
from tests.integration.exports.packs import unpacked


@pytest.fixture
def archive(bench: Bench, tmp_path: Path) -> Archive:
    (tmp_path / "anchors").mkdir()
    (tmp_path / "out").mkdir()
    sealing = Sealing(bench.database, bench.journals.record, bench.clock, keys=SealKeys(tmp_path / "keys"),
                      anchors=tmp_path / "anchors")  # fmt: skip
    made = Archive(bench, sealing, tmp_path / "out")
    made.work(*CANARIES)
    made.work(CANARIES[0])
    return made


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bare:
    return make_bare(tmp_path_factory.mktemp("packages"))


@pytest.fixture
def pack(archive: Archive) -> Path:
    return unpacked(archive, archive.job())
