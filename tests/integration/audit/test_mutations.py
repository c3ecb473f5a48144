"""Whatever is changed in the sealed record by chance is found, and nothing is found that wasn't."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random, SystemRandom
from threading import Event, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Connection, Table, delete, insert, select, update

from rpa.audit import Against
from rpa.audit.verify import check
from rpa.db.seal_tables import leaf, seal, sealed_run
from rpa.db.tables import chain, event, payload
from tests.integration.audit.conftest import Attacker, Sealed
from tests.integration.conftest import Bench

TIMES = {"sqlite": 10_000, "postgresql": 500}
BYTES = {event: ("body", "prev", "hash"), payload: ("salt", "content"), leaf: ("hash",), chain: ("head",)}
TABLES = (event, payload, leaf, seal, sealed_run, chain)


@dataclass(frozen=True)
class Mutations:
    """Changes of one row or two, by chance, in a transaction that is rolled back."""

    connection: Connection
    random: Random

    def flip(self) -> str:
        table = self.random.choice(list(BYTES))
        column, (row,) = self.random.choice(BYTES[table]), self._rows(table, 1)
        old = bytes(getattr(row, column))
        at, bit = self.random.randrange(len(old)), 1 << self.random.randrange(8)
        new = old[:at] + bytes([old[at] ^ bit]) + old[at + 1 :]
        self._set(table, row, {column: new})
        return f"flip {table.name}.{column}"

    def shorten(self) -> str:
        table = self.random.choice(list(BYTES))
        column, (row,) = self.random.choice(BYTES[table]), self._rows(table, 1)
        self._set(table, row, {column: bytes(getattr(row, column))[:-1]})
        return f"shorten {table.name}.{column}"

    def delete(self) -> str:
        table = self.random.choice(TABLES)
        # A chain that was only begun has nothing to lose.
        rows = [row for row in self._all(table) if table is not chain or row.size]
        self._remove(table, self.random.choice(rows))
        return f"delete of {table.name}"

    def insert(self) -> str:
        table = self.random.choice((event, leaf, payload))
        (row,) = self._rows(table, 1)
        values = dict(row._mapping)
        if table is leaf:
            values |= {"idx": row.idx + 10_000, "seq": row.seq + 10_000}
        elif table is event:
            values |= {"seq": row.seq + self.random.choice((100, 10_000))}
        else:
            free = self._without_payload()
            values |= {"run": free.run, "seq": free.seq}
        self.connection.execute(insert(table).values(values))
        return f"insert into {table.name}"

    def swap(self) -> str:
        table = self.random.choice((event, leaf))
        columns = ("body", "prev", "hash") if table is event else ("hash",)
        one, other = self._rows(table, 2)
        self._set(table, one, {name: getattr(other, name) for name in columns})
        self._set(table, other, {name: getattr(one, name) for name in columns})
        return f"swap in {table.name}"

    def cut_off(self) -> str:
        table = self.random.choice((event, leaf, seal))
        rows = self._all(table)
        self._remove(table, *rows[self.random.randrange(len(rows)) :])
        return f"end of {table.name}"

    def note(self) -> str:
        (row,) = self._rows(seal, 1)
        at = self.random.randrange(len(row.note))
        other = self.random.choice([one for one in "AbZ09+/=\n -x" if one != row.note[at]])
        self._set(seal, row, {"note": row.note[:at] + other + row.note[at + 1 :]})
        return "note of a seal"

    def number(self) -> str:
        table, column = self.random.choice([(chain, "size"), (sealed_run, "size"), (seal, "size"), (event, "item_id")])
        (row,) = self._rows(table, 1)
        self._set(table, row, {column: (getattr(row, column) or 0) + self.random.choice((1, -1))})
        return f"{table.name}.{column}"

    def _all(self, table: Table) -> Sequence[Any]:
        return self.connection.execute(select(table).order_by(*table.primary_key)).all()

    def _rows(self, table: Table, number: int) -> list[Any]:
        return self.random.sample(self._all(table), number)

    def _without_payload(self) -> Any:
        have = {(row.run, row.seq) for row in self._all(payload)}
        return self.random.choice([row for row in self._all(event) if (row.run, row.seq) not in have])

    def _set(self, table: Table, row: Any, values: dict[str, object]) -> None:
        self.connection.execute(update(table).where(*_key(table, row)).values(values))

    def _remove(self, table: Table, *rows: Any) -> None:
        for row in rows:
            self.connection.execute(delete(table).where(*_key(table, row)))


def _key(table: Table, row: Any) -> list[Any]:
    return [column == getattr(row, column.name) for column in table.primary_key]


MUTATIONS: list[Callable[[Mutations], str]] = [
    Mutations.flip, Mutations.shorten, Mutations.delete, Mutations.insert, Mutations.swap, Mutations.cut_off,
    Mutations.note, Mutations.number,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_whatever_is_changed_by_chance_is_found(sealed: Sealed, attacker: Attacker) -> None:
    for names in ("ab", "c"):
        sealed.work(*names)
        sealed.seal()
    seed = SystemRandom().randrange(2**32)
    print(f"{seed=}")
    random = Random(seed)  # noqa: S311 - repeatable changes, no secret
    against = Against(sealed.keys.public())

    with attacker.connection() as connection:
        mutations, missed, wrong = Mutations(connection, random), [], []
        for _ in range(TIMES[sealed.bench.database.kind]):
            with connection.begin_nested() as change:
                what = random.choice(MUTATIONS)(mutations)
                if check(connection, against=against).clean:
                    missed.append(what)
                change.rollback()
        if not check(connection, against=against).clean:
            wrong.append("what was rolled back")

    assert not Counter(missed)
    assert not wrong


def test_nothing_is_found_while_others_append_and_seal(sealed: Sealed, bench: Bench) -> None:
    stop, failed = Event(), list[BaseException]()

    def go_on(name: str) -> None:
        try:
            while not stop.is_set():
                bench.submit(*(f"{name}{number}" for number in range(5)))
        except BaseException as error:
            failed.append(error)
        finally:
            bench.database.close_thread()

    def seal_on() -> None:
        try:
            while not stop.is_set():
                sealed.sealer.seal()
        except BaseException as error:
            failed.append(error)
        finally:
            bench.database.close_thread()

    threads = [Thread(target=go_on, args=(name,)) for name in "ab"] + [Thread(target=seal_on)]
    for one in threads:
        one.start()
    found = [sealed.verify() for _ in range(40)]
    stop.set()
    for one in threads:
        one.join()

    assert not failed
    assert [one.findings for one in found] == [()] * 40
    assert found[-1].events > found[0].events


def test_zero_cut_off_the_end_of_a_salt_is_found(
    sealed: Sealed, attacker: Attacker, monkeypatch: pytest.MonkeyPatch
) -> None:
    salt = bytes(range(1, 32)) + b"\0"
    monkeypatch.setattr("rpa.audit.record.os", SimpleNamespace(urandom=lambda _: salt))
    sealed.work("a")
    sealed.seal()

    attacker.do(update(payload).values(salt=salt[:-1]))

    assert "has another payload than it was written with" in str(sealed.verify().findings[0])
    assert not sealed.by_chains_alone().clean
