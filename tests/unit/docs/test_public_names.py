"""The names an author may rely on, listed: a change here is a change for everybody who writes workflows."""

from importlib import import_module

import pytest

PUBLIC = {
    "rpa": "BusinessException Calendar Case Item Layout Made NHSNumber NeedsApproval Phone Postcode Results Retry Row "
    "SystemException Table Ubrn UkDate UkDateTime Workflow case_sheets column step workflow",
    "rpa.bots": "Appointment AppointmentBook Bot CancerPathway Credential FhirBot ListedAppointment ListedReferral "
    "Patient PifuEntry PifuPathway PracticeFhir PracticePas Referral System Task WaitingEntry",
    "rpa.connectors.browser": "Browser BrowserSettings DialogRule Html Reply Session",
    "rpa.connectors.fhir": "Appointment Egress FhirClient Grant Limits Patient Server Slot Tokens Versioned "
    "fetch_token read_as",
    "rpa.connectors.spreadsheet": "Corrections Limits NHSNumber Phone Postcode Problem RejectedRow ReportColumn "
    "ReportRow ReportSheet Row RowRef RowResult Table Tint Ubrn UkDate UkDateTime Value column custom_properties "
    "read_corrected read_table return_suffix write_report write_return_workbook write_rows write_template",
    "rpa.reconcile": "Comparison Difference Field Group Kind Pass compare comparison_sheets plain_name plain_phone "
    "plain_postcode plain_text write_comparison",
    "rpa.testing": "HandedBots Practice Rehearsal practice_clinic rehearse",
}


@pytest.mark.parametrize("module", PUBLIC)
def test_public_names_are_those_listed(module: str) -> None:
    assert sorted(import_module(module).__all__) == sorted(PUBLIC[module].split())


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_is_there_and_says_what_it_is(module: str) -> None:
    found = import_module(module)

    assert not [name for name in found.__all__ if not hasattr(found, name)]
    assert found.__doc__
