"""Kept files (workbooks, screenshots, traces): named by what is in them, encrypted, and opened with a reason."""

from rpa.evidence.keys import EvidenceKeys
from rpa.evidence.store import Attachments, Evidence, EvidenceStore

__all__ = ["Attachments", "Evidence", "EvidenceKeys", "EvidenceStore"]
