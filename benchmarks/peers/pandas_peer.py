"""pandas, as an able analyst would compare the two tables: whole columns at a time, and right in every class.

As usual the columns are cleaned first and the tables merged; what has no partner is looked at by the later keys. Tuned,
rows are found through an index, and only values that are not equal as they are get cleaned. It is asked with
`usual` or `tuned` and a folder, and leaves there the class of each row; the answer is its processor time and the memory
at its largest.
"""

import json
import resource
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

TEXTS = ("ubrn", "nhs_number", "family_name", "phone", "postcode", "specialty", "clinic")
MOMENTS = ("date_of_birth", "referral_date", "appointment")
FIELDS = ("family_name", "date_of_birth", "phone", "postcode", "clinic", "appointment")
SECOND = ["nhs_number", "specialty", "referral_date"]


def read(path: Path) -> pd.DataFrame:
    """Read a table with the types its columns have."""
    table = pd.read_csv(path, dtype=dict.fromkeys(TEXTS, "str"))
    for name in MOMENTS:
        table[name] = pd.to_datetime(table[name], format="ISO8601").astype("datetime64[s]")
    return table


def plain_name(names: pd.Series) -> pd.Series:
    """Take off case, accents and hyphens."""
    names = names.str.normalize("NFKD").str.replace(r"[\u0300-\u036f'.]", "", regex=True).str.casefold()
    return names.str.replace(r"[\s\-]+", " ", regex=True).str.strip()


def plain_phone(numbers: pd.Series) -> pd.Series:
    """Leave the digits of a UK number."""
    return numbers.str.replace(r"[^\d+]", "", regex=True).str.replace(r"^(?:\+|00)440*", "0", regex=True)


def plain_postcode(postcodes: pd.Series) -> pd.Series:
    """Take off case and spaces."""
    return postcodes.str.upper().str.replace(" ", "", regex=False)


CLEAN = {"family_name": plain_name, "phone": plain_phone, "postcode": plain_postcode}


def classify(left: pd.DataFrame, right: pd.DataFrame, *,
             tuned: bool) -> tuple[np.ndarray, np.ndarray, pd.DataFrame]:  # fmt: skip
    """Return the class of each row of both tables, and for each pair which fields differ."""
    if not tuned:
        left, right = (table.assign(**{name: clean(table[name]) for name, clean in CLEAN.items()})
                       for table in (left, right))  # fmt: skip
    kinds = np.full(len(left), "left_only", dtype=object), np.full(len(right), "right_only", dtype=object)
    ids = left["ubrn"], right["ubrn"]
    twice = pd.concat([one[one.duplicated(keep=False)] for one in ids]).dropna().unique()
    repeated = [one.isin(twice).to_numpy() for one in ids]
    for found, rows in zip(kinds, repeated, strict=True):
        found[rows] = "repeated"
    first = [np.flatnonzero(one.notna().to_numpy() & ~rows) for one, rows in zip(ids, repeated, strict=True)]
    here, there = (by_index if tuned else by_merge)(*(one.iloc[rows] for one, rows in zip(ids, first, strict=True)))
    here, there = first[0][here], first[1][there]
    pairs = [judge(left, right, here, there, kinds)]
    for later in (second_key, third_key):
        loose = np.flatnonzero(kinds[0] == "left_only"), np.flatnonzero(kinds[1] == "right_only")
        pairs.append(later(left, right, loose, kinds))
    return *kinds, pd.concat(pairs, ignore_index=True)


def by_index(left: pd.Series, right: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of keys that both sides have."""
    partner = pd.Index(right).get_indexer(left)
    return np.flatnonzero(partner >= 0), partner[partner >= 0]


def by_merge(left: pd.Series, right: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Return the places of keys that both sides have."""
    one = pd.DataFrame({"ubrn": left.to_numpy(), "here": np.arange(len(left))})
    other = pd.DataFrame({"ubrn": right.to_numpy(), "there": np.arange(len(right))})
    met = one.merge(other, on="ubrn")
    return met["here"].to_numpy(), met["there"].to_numpy()


def judge(left: pd.DataFrame, right: pd.DataFrame, here: np.ndarray, there: np.ndarray,
          kinds: tuple[np.ndarray, np.ndarray]) -> pd.DataFrame:  # fmt: skip
    """Say of proved pairs whether they agree, differ or were moved."""
    differs = {}
    for name in FIELDS:
        one, other = left[name].take(here).reset_index(drop=True), right[name].take(there).reset_index(drop=True)
        unequal = ((one != other) & ~(one.isna() & other.isna())).to_numpy(dtype=bool, na_value=True, copy=True)
        places = np.flatnonzero(unequal)
        few, fellows = one.iloc[places], other.iloc[places]
        if name in CLEAN:
            unequal[places] = (CLEAN[name](few) != CLEAN[name](fellows)).to_numpy(dtype=bool, na_value=True)
        elif name == "appointment":
            unequal[places] = ~((few - fellows).abs() <= pd.Timedelta(minutes=5)).to_numpy()
        differs[name] = unequal
    table = pd.DataFrame(differs)
    booked = left["appointment"].take(here).notna().to_numpy() & right["appointment"].take(there).notna().to_numpy()
    moved = table["appointment"].to_numpy() & booked
    kind = np.select([moved, table.any(axis=1).to_numpy()], ["moved", "different"], "same")
    kinds[0][here] = kind
    kinds[1][there] = kind
    return table.assign(left=here, right=there, kind=kind)


def second_key(left: pd.DataFrame, right: pd.DataFrame, loose: tuple[np.ndarray, np.ndarray],
               kinds: tuple[np.ndarray, np.ndarray]) -> pd.DataFrame:  # fmt: skip
    """Put together what has NHS number, specialty and referral date in common."""
    one = left.iloc[loose[0]][SECOND].assign(here=loose[0])
    other = right.iloc[loose[1]][SECOND].assign(there=loose[1])
    met = one.merge(other, on=SECOND)
    several = met.duplicated("here", keep=False) | met.duplicated("there", keep=False)
    kinds[0][met.loc[several, "here"]] = "ambiguous"
    kinds[1][met.loc[several, "there"]] = "ambiguous"
    alone = met[~several]
    return judge(left, right, alone["here"].to_numpy(), alone["there"].to_numpy(), kinds)


def third_key(left: pd.DataFrame, right: pd.DataFrame, loose: tuple[np.ndarray, np.ndarray],
              kinds: tuple[np.ndarray, np.ndarray]) -> pd.DataFrame:  # fmt: skip
    """Find what is alike by name, date of birth and a referral that is not far off: for a person."""
    one, other = (
        pd.DataFrame({"name": plain_name(rows["family_name"]), "born": rows["date_of_birth"],
                      "day": rows["referral_date"], "place": places})
        for rows, places in ((left.iloc[loose[0]], loose[0]), (right.iloc[loose[1]], loose[1]))
    )  # fmt: skip
    met = one.merge(other, on=["name", "born"], suffixes=("_left", "_right"))
    met = met[(met["day_left"] - met["day_right"]).abs() <= pd.Timedelta(days=3)]
    several = met.duplicated("place_left", keep=False) | met.duplicated("place_right", keep=False)
    # a row that is near only one may be near one that is near another
    for side in ("place_left", "place_right", "place_left"):
        several |= met[side].isin(met.loc[several, side])
    kind = np.where(several, "ambiguous", "alike")
    kinds[0][met["place_left"]] = kind
    kinds[1][met["place_right"]] = kind
    return pd.DataFrame({"left": met["place_left"], "right": met["place_right"], "kind": kind})


def main() -> None:
    """Compare the tables of a folder."""
    way, folder = sys.argv[1], Path(sys.argv[2])
    left, right = read(folder / "left.csv"), read(folder / "right.csv")
    began = time.process_time()
    kinds_left, kinds_right, _ = classify(left, right, tuned=way == "tuned")
    seconds = time.process_time() - began
    for side, kinds in (("left", kinds_left), ("right", kinds_right)):
        (folder / f"{side}.kinds").write_text("\n".join(kinds), encoding="utf-8")
    print(json.dumps({"seconds": seconds, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


if __name__ == "__main__":
    main()
