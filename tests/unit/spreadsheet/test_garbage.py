"""Garbage is looked for again after a file was read, however that ended."""

import gc

import pytest

from rpa.connectors.spreadsheet.garbage import unwatched


def test_garbage_is_looked_for_again_afterwards() -> None:
    with pytest.raises(ValueError, match="bad sheet"), unwatched():
        was_on = gc.isenabled()
        raise ValueError("bad sheet")

    assert (was_on, gc.isenabled()) == (False, True)


def test_whoever_turned_it_off_before_finds_it_off() -> None:
    gc.disable()
    try:
        with unwatched():
            pass

        assert not gc.isenabled()
    finally:
        gc.enable()
