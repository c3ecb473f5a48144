"""The forms that evidence is taken out in."""

from enum import StrEnum


class Form(StrEnum):
    """A form of file, as it is asked for."""

    PACK = "pack"
    """A zip that proves itself with the `verify.py` in it."""
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    XES = "xes"
    """A log for process mining, a trace for each item (IEEE 1849)."""
    OCEL = "ocel"
    """A log for process mining of jobs, items, systems and workflows together (OCEL 2.0)."""

    @property
    def suffix(self) -> str:
        """How a file of it ends."""
        return {Form.PACK: ".zip", Form.OCEL: ".json"}.get(self, f".{self}")
