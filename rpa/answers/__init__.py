"""Answers to what an auditor asks of the record: one module a question, each from the record and nothing else said."""

from rpa.answers.certificate import Certificate, certificate_of
from rpa.answers.doubts import Doubt, doubts_in
from rpa.answers.gaps import Gap, gaps_in
from rpa.answers.readers import Reading, readings_in
from rpa.answers.story import Line, PatientStory, story_of

__all__ = [
    "Certificate",
    "Doubt",
    "Gap",
    "Line",
    "PatientStory",
    "Reading",
    "certificate_of",
    "doubts_in",
    "gaps_in",
    "readings_in",
    "story_of",
]
