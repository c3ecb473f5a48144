"""A passphrase that is not given: the answer says which line is missing, and what belongs there."""

import pytest

from rpa.cli.exits import Exit
from tests.integration.cli.conftest import Rpa

WORDS, OTHERS = "purple kettle meadow", "yellow ladder harbour"
BOB = ("approvers", "add", "Bob Third", "--vouched-by", "Ann Second")


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        ([], "line 1 of the standard input is missing or empty, expected the passphrase of Ann Second"),
        ([WORDS], "line 2 of the standard input is missing or empty, expected the new passphrase of Bob Third"),
        ([WORDS, "", OTHERS], "line 2 of the standard input is missing or empty"),
        ([WORDS, OTHERS], "line 3 of the standard input is missing or empty, expected the new passphrase of Bob Third "
                          "once more"),
    ],
)  # fmt: skip
def test_line_that_is_missing_is_named(rpa: Rpa, typed: list[str], missing: str) -> None:
    rpa("approvers", "add", "Ann Second", typed=[WORDS, WORDS])

    refused = rpa(*BOB, typed=typed)

    assert refused.code is Exit.USAGE
    assert missing in refused.err
    assert "give it 3 lines: line 1, the passphrase of Ann Second; line 2, the new passphrase" in refused.err
    assert [one["name"] for one in rpa("approvers", "--json").json] == ["Ann Second"]


def test_only_line_that_is_missing_is_named(rpa: Rpa) -> None:
    rpa("approvers", "add", "Ann Second", typed=[WORDS, WORDS])

    refused = rpa("approvers", "remove", "Ann Second", "--by", "Ann Second")

    assert refused.code is Exit.USAGE
    assert "give it 1 line: the passphrase of Ann Second" in refused.err


def test_argument_that_is_missing_is_named_with_what_it_is(rpa: Rpa) -> None:
    refused = rpa("audit", "erase", "--older-than", 1, "--bass", "x")

    assert refused.code is Exit.USAGE
    assert "--basis is missing: the legal basis" in refused.err
    assert "Did you mean --basis instead of --bass? Run `rpa audit erase --help`" in refused.err
