"""What changed between two lists of cancer pathways: nothing is called gone, new or a new breach that is none."""

from dataclasses import replace

from openpyxl import load_workbook

from rpa.models import Job
from rpa.results import write_results
from tests.integration.cancer.conftest import Office
from tests.integration.cancer.paper import ADA, BRUNO, EMIL, NUMBERS, pathway

WRONG = f"{ADA[:-1]}7"
PERHAPS = "No row that could be read names it: see the line at the top."
ALL = list(NUMBERS.items())
NOT_READ = "It is on the list and was not read this time: see For a person and Rejected rows."


def changes(office: Office, job: Job) -> dict[str, tuple[str, str, str]]:
    """Return what changed, what it was and what it is, by pathway."""
    return {line[0]: (line[1], line[2] or "", line[3] or "") for line in office.sheets(job)["What changed"] if line[0]}


def told(office: Office, job: Job) -> str:
    """Return the sentences at the top of the sheet."""
    path = write_results(office.desk, job.id, office.folder / "watch.xlsx")
    return str(load_workbook(path)["What changed"]["A2"].value)


def count(page: str, name: str) -> int:
    """Return a count of the board's page."""
    return int(page.split(f'<th scope="row">{name}</th><td>')[1].split("<")[0])


def test_row_that_could_not_be_read_or_is_for_a_person_is_never_gone(office: Office) -> None:
    office.watch()
    office.days_pass()

    second = office.watch(("C1", WRONG), ("C2", ADA), *ALL[2:])

    assert changes(office, second) == {
        "C1": (NOT_READ, "Act now", "could not be read"),
        "C2": (NOT_READ, "Act now", "for a person"),
    }
    page = office.page(second)
    assert (count(page, "Not read"), count(page, "Gone")) == (2, 0)


def test_pathway_of_a_rejected_row_is_known_from_a_csv_with_headings_of_its_own(office: Office) -> None:
    office.watch()
    office.days_pass()
    workflow = office.desk.workflows.get("watch_cancer_pathways")
    office.desk.mappings.save(workflow, "sheet", {"Cancer ID": "Pathway"})
    path = office.folder / "list.csv"
    rows = [("Cancer ID", "NHS No"), ("C1", WRONG), *ALL[1:]]
    path.write_text("".join(f"{one},{other}\n" for one, other in rows), encoding="utf-8")

    second = office.send(str(path))

    assert changes(office, second) == {"C1": (NOT_READ, "Act now", "could not be read")}


def test_copy_that_is_gone_makes_gone_a_doubt(office: Office) -> None:
    office.watch()
    office.days_pass()
    second = office.watch(("C1", WRONG), *ALL[1:])

    for kept in [one for one in (office.desk.settings.dir / "evidence").rglob("*") if one.is_file()]:
        kept.unlink()

    assert changes(office, second)["C1"] == (PERHAPS, "Act now", "")
    assert "1 row of this list could not be matched with that list" in told(office, second)


def test_row_that_names_no_pathway_makes_gone_a_doubt(office: Office) -> None:
    office.watch()
    office.days_pass()

    second = office.watch(("", ADA), *ALL[1:])

    doubt = "1 row of this list could not be matched with that list: what counts as gone may be among them."
    assert changes(office, second)["C1"] == (PERHAPS, "Act now", "")
    assert doubt in told(office, second)
    assert doubt in office.page(second)


def test_mistyped_pathway_number_makes_gone_a_doubt(office: Office) -> None:
    office.watch()
    office.days_pass()

    second = office.watch(("C11", ADA), *ALL[1:])

    assert "1 row of this list could not be matched" in told(office, second)


def test_breach_that_was_one_all_along_is_no_new_one_after_a_day_on_which_it_was_not_read(office: Office) -> None:
    office.watch()
    office.days_pass()
    office.watch(("C1", WRONG), *ALL[1:])
    office.days_pass()

    third = office.watch()

    assert "C1" not in changes(office, third)


def test_pathway_that_is_not_read_for_days_is_told_with_the_day_on_which_it_last_was(office: Office) -> None:
    office.watch()
    day = f"{office.today:%d/%m/%Y}"
    for _ in range(2):
        office.days_pass()
        last = office.watch(("C1", WRONG), *ALL[1:])

    assert changes(office, last) == {"C1": (NOT_READ, f"Act now on {day}", "could not be read")}


def test_pathway_that_was_never_read_before_is_told_as_that(office: Office) -> None:
    office.watch(("C1", WRONG), *ALL[1:])
    office.days_pass()

    second = office.watch()

    assert changes(office, second) == {
        "C1": ("It was on the last list and could not be read then.", "could not be read", "Act now"),
    }


def test_pathway_that_was_closed_is_told_as_closed(office: Office) -> None:
    office.watch()
    office.days_pass()
    office.pas.pathways["C1"] = replace(office.pas.pathways["C1"], status="closed")

    second = office.watch()

    assert changes(office, second) == {
        "C1": ("It was closed, or a clinician discharged the patient.", "Act now", "Closed since"),
    }


def test_pathway_that_is_new_and_late_did_not_become_a_breach(office: Office) -> None:
    office.watch(*ALL[1:])
    office.days_pass()

    second = office.watch()

    assert changes(office, second) == {"C1": ("New on the list, and a wait is a breach already.", "", "Act now")}


def test_what_was_for_a_person_is_not_read_into_the_list_on_which_it_was_not_read(office: Office) -> None:
    office.watch(("C5", ADA), *ALL[:4])
    office.days_pass()
    office.pas.pathways["C5"] = pathway("C5", office.today, referred=25)

    second = office.watch(("C5", EMIL), *ALL[:4])

    assert changes(office, second) == {
        "C5": ("It was on the last list and could not be read then.", "could not be read", "Act now"),
    }


def test_rows_sent_again_are_compared_with_what_their_first_job_was_compared_with(office: Office) -> None:
    office.watch()
    office.days_pass()
    second = office.watch(("C1", WRONG), *ALL[1:])

    again = office.send_again(second, NHS_number=ADA)

    assert changes(office, again) == {}
    assert "Compared with the list of" in told(office, again) and "(job 1, 6 rows)" in told(office, again)
    assert "Only rows that were sent again are compared; nothing is told as gone here." in told(office, again)
    page = office.page(again)
    assert (count(page, "Act now"), count(page, "New breach"), count(page, "Gone")) == (1, 0, 0)
    assert f"Only rows of job {second.id} that were sent again: the page of that job has the whole list." in page


def test_what_was_corrected_and_sent_again_counts_as_read_for_the_next_list(office: Office) -> None:
    office.send_again(office.watch(("C1", WRONG), *ALL[1:]), NHS_number=ADA)
    office.days_pass()

    next_day = office.watch()

    assert changes(office, next_day) == {}


def test_list_that_is_compared_with_is_named_with_its_day_job_and_rows(office: Office) -> None:
    office.watch(("C2", BRUNO))
    day = f"{office.today:%d/%m/%Y}"
    office.days_pass()

    second = office.watch()

    said = (
        f"Compared with the list of {day} (job 1, 1 row). The two lists differ much in length (1 row then, 6 now): "
        "what is new or gone may show only that."
    )
    assert told(office, second) == said
    for sentence in said.split(". "):
        assert sentence.rstrip(".") in office.page(second)


def test_page_of_the_first_list_says_that_there_was_none_before(office: Office) -> None:
    page = office.page(office.watch())

    assert "There is no list before this one." in page
    assert "Gone" not in page


def test_page_says_how_many_rows_are_not_counted_and_why(office: Office) -> None:
    rows = [*ALL, ALL[0], ("C7", ADA), ("C8", WRONG)]

    page = office.page(office.watch(*rows))

    assert count(page, "Total") == 5
    said = "The list had 9 rows. Not counted here: 1 stood twice, 1 for a person, 1 could not be read, 1 closed since."
    assert said in page


def test_hidden_count_can_not_be_worked_out_from_numbers_of_rows(office: Office) -> None:
    office.watch(*ALL[:2])
    office.days_pass()

    page = office.page(office.watch(*ALL, ("C8", WRONG), hide_few=True))

    assert "Rows that were not read are not counted: could not be read, closed since." in page
    assert "rows)" not in page and "row)" not in page and "The two lists differ much in length:" in page
