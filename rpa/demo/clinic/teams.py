"""The consultant teams of the clinic, by specialty; their names are plainly made up."""

from collections.abc import Mapping

TEAMS_OF: Mapping[str, tuple[str, str]] = {
    "303": ("Juniper, haematology", "Larch, haematology"),
    "370": ("Maple, medical oncology", "Rowan, medical oncology"),
    "800": ("Sycamore, clinical oncology", "Willow, clinical oncology"),
}
TEAMS: Mapping[str, str] = {team: team for teams in TEAMS_OF.values() for team in teams}
"""What a form offers."""
