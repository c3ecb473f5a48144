"""How heavy each page is on the wire, with all that a browser loads for it at its first visit."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, at_most
from rpa.clock import SystemClock
from rpa.console.app import make_site
from rpa.desk import open_desk
from rpa.settings import load_settings
from tests.integration.cli.office import make_office
from tests.integration.console.conftest import client_of
from tests.walk import House, fill, procedures

MOST = 60_000
_LOADED = re.compile(r'(?:src|href)="((?:/assets|/static)/[^"]+)"')
_BY_SCRIPT = ("/assets/nhsuk.js",)
"""Is loaded by the page's script, so that no page names it."""


def figures() -> Sequence[Figure]:
    """Weigh every page of the console, filled, and return the heaviest."""
    with TemporaryDirectory() as folder:
        office = make_office(Path(folder))
        procedures(office)
        with closing(open_desk(load_settings(office.data))) as desk:
            weights = dict(weighed(fill(make_site(desk), office, SystemClock())))
    heaviest = max(weights, key=lambda path: weights[path])
    what = f"Heaviest of {len(weights)} pages, with all it loads (`{heaviest}`)"
    return [Figure(what, weights[heaviest] / 1e3, "KB", bar=at_most(MOST / 1e3, "under 60 KB"),
                   judged=weights[heaviest] / 1e3)]  # fmt: skip


def weighed(house: House) -> Iterator[tuple[str, int]]:
    """Yield each page with the bytes that come for it, compressed."""
    client = client_of(house.site)
    for stop in house.stops():
        if not stop.is_page:
            continue
        house.let_in(client.cookies, stop)
        page = client.get(stop.address)
        loaded = {*_LOADED.findall(page.text), *_BY_SCRIPT}
        yield stop.path, sum(one.num_bytes_downloaded for one in (page, *map(client.get, sorted(loaded))))
