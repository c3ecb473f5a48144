"""Who signs in where: one try at a time where it never worked, and none that could lock the account."""

from rpa.sign_ins.door import Door
from rpa.sign_ins.keeper import SignIns

__all__ = ["Door", "SignIns"]
