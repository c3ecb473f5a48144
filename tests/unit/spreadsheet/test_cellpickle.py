"""What comes from the process that parses is cells, or it is not taken."""

import os
import pickle
from datetime import date
from decimal import Decimal

import pytest

from rpa.connectors.spreadsheet.cellpickle import cells_of


class Harm:
    """Something that would run a command where it is unpacked."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


def test_cells_come_back_as_they_are() -> None:
    cells = [1, 2.5, "text", None, True, date(2026, 1, 2)]

    assert cells_of(pickle.dumps(cells)) == cells


@pytest.mark.parametrize("harm", [Harm(), Decimal, print, os.system])
def test_nothing_but_cells_is_unpacked(harm: object) -> None:
    with pytest.raises(pickle.UnpicklingError, match="is not a cell"):
        cells_of(pickle.dumps([harm]))
