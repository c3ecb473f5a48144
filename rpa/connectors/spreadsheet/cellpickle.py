"""Take nothing but cells from the process that parses."""

import io
import pickle
from typing import Any

_ALLOWED = {("datetime", name) for name in ("datetime", "date", "time", "timedelta")}


def cells_of(content: bytes) -> Any:
    """Return what was packed; UnpicklingError if that is more than cells."""
    return _Cells(io.BytesIO(content)).load()


class _Cells(pickle.Unpickler):
    """Takes nothing but cells: what a hostile file might make of the child can't run code here."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _ALLOWED:
            raise pickle.UnpicklingError(f"{module}.{name} is not a cell")
        return super().find_class(module, name)
