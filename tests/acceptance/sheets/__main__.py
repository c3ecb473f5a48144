"""Tries every workbook below some folders, by hand: `python -m tests.acceptance.sheets FOLDER … --mutants 20`."""

import argparse
import resource
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from rpa.connectors.spreadsheet.gate import DELIMITED, WORKBOOKS
from tests.acceptance.sheets.mutants import mutants
from tests.acceptance.sheets.trial import try_file


def main() -> None:
    """Print what is wrong with a file as soon as it is known, then the numbers."""
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.sheets", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--mutants", type=int, default=0, metavar="N", help="damaged copies of each file")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    ends: Counter[str] = Counter()
    slowest, wrong = 0.0, 0
    with TemporaryDirectory() as folder:
        for path in _files(options.folders, Path(folder), options.mutants, options.seed):
            verdict = try_file(path, Path(folder) / "returned", damaged=path.parent == Path(folder))
            ends[verdict.end] += 1
            slowest, wrong = max(slowest, verdict.seconds), wrong + bool(verdict.wrong)
            for one in verdict.wrong:
                print(f"{path.name}: {one}", flush=True)
    print(f"{ends.total():,} files: {dict(ends)}, {wrong} wrong, slowest {slowest:.1f} s")
    for who, name in ((resource.RUSAGE_SELF, "this process"), (resource.RUSAGE_CHILDREN, "the largest child")):
        print(f"most memory of {name}: {resource.getrusage(who).ru_maxrss // 1024} MB")


def _files(folders: list[Path], scratch: Path, count: int, seed: int) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() not in WORKBOOKS | DELIMITED or not path.is_file():
                continue
            yield path
            for number, content in enumerate(mutants(path.read_bytes(), count, seed=seed)):
                mutant = scratch / f"{number}-{path.name}"
                mutant.write_bytes(content)
                yield mutant
                mutant.unlink()


if __name__ == "__main__":
    main()
