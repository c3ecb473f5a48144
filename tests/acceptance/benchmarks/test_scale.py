"""What is measured on a large installation is a sound one, of which every page has something to show."""

from contextlib import closing
from pathlib import Path

from benchmarks.console.scale import asked_of, make_large
from rpa.audit import Against, verify
from rpa.desk import open_desk
from rpa.sealing import keys_of
from rpa.settings import load_settings


def test_a_filled_installation_holds_what_was_asked_for_and_answers_for_each_page(tmp_path: Path) -> None:
    make_large(tmp_path, None, 2_000, 20_000)

    with closing(open_desk(load_settings(tmp_path / "data"))) as desk:
        found = asked_of(desk, tmp_path, rounds=1)
        story = desk.views.items_of_subject(desk.pseudonyms.of("9990999999"))
        checked = verify(desk.database, against=Against(keys_of(desk.settings).public()))

    assert len(found) > 100
    assert len(story) > 5
    assert checked.clean, str(checked)
