"""The practice clinic's bot that needs no browser."""

from rpa.bots.practice_fhir.bot import PracticeFhir

__all__ = ["PracticeFhir"]
