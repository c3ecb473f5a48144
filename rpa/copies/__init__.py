"""Copies of seals, and of the ends of runs, to where those who run the database can't write."""

from rpa.copies.copier import Copier
from rpa.copies.heads import Address, HeadStream
from rpa.copies.second import SecondDatabase
from rpa.copies.stamping import Stamped, check_stamps

__all__ = ["Address", "Copier", "HeadStream", "SecondDatabase", "Stamped", "check_stamps"]
