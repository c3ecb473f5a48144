import pytest
from pydantic import ValidationError

from rpa.demo.clinic.faults import FAULTS, NO_FAULT, FaultBook, FaultRule


def test_the_first_rule_that_is_due_decides() -> None:
    book = FaultBook()
    book.add(FaultRule(fault="error_500", path="/patients/*", times=1))
    book.add(FaultRule(fault="error_503"))

    met = [book.take("GET", "/patients/P1") for _ in range(2)]

    assert [fault.status for fault in met] == [500, 503]


def test_a_rule_keeps_to_its_path_and_method() -> None:
    book = FaultBook()
    book.add(FaultRule(fault="error_500", path="/appointments/*/edit", method="POST"))

    met = [book.take("GET", "/appointments/A1/edit"), book.take("POST", "/appointments/A1/cancel")]

    assert met == [NO_FAULT, NO_FAULT]
    assert book.take("POST", "/appointments/A1/edit") == FAULTS["error_500"]


def test_a_cleared_book_has_no_fault() -> None:
    book = FaultBook()
    book.add(FaultRule(fault="slow"))

    book.clear()

    assert book.take("GET", "/") is NO_FAULT
    assert book.counts() == []


@pytest.mark.parametrize("odd", [{"times": 0}, {"status": 200}, {"method": "DELETE"}, {"colour": "red"}])
def test_a_rule_that_makes_no_sense_is_refused(odd: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FaultRule.model_validate({"fault": "slow"} | odd)
