"""The board's page on cancer pathways: counts and plots in one file that asks nothing of a network; no patient data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape

_WIDTH, _LABEL, _BAR, _ROW = 640, 230, 340, 30
_FEW = 5
TOTAL = "Total"
_HIDDEN = f"under {_FEW}"
STYLE = """
@page { size: A4; margin: 15mm }
body { font: 16px/1.4 Arial, sans-serif; color: #212b32; background: #fff; max-width: 44rem; margin: 1rem auto; \
padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 } h2 { font-size: 1.1rem; margin: 1.2rem 0 .3rem } p { margin: .3rem 0 }
section { break-inside: avoid } svg { width: 100%; height: auto }
svg text { font: 15px Arial, sans-serif; fill: #212b32 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .15rem .5rem; \
border-bottom: 1px solid #aeb7bd } td { text-align: right; font-variant-numeric: tabular-nums }
thead th:last-child { text-align: right }
@media print { body { font-size: 12px; margin: 0; max-width: none; padding: 0 }
section { display: grid; grid-template-columns: 3fr 2fr; gap: 0 6mm; align-items: start }
h2, section p { grid-column: 1 / -1 } }
"""


@dataclass(frozen=True, slots=True)
class Plot:
    """One plot: its title, what is counted, and the counts by name in the order in which they are shown."""

    title: str
    of: str
    counts: Mapping[str, int]
    adds_up: bool = True
    """Whether each pathway is counted once, so that a total says something."""
    notes: Sequence[str] = ()
    """Sentences below its title."""


def board_page(title: str, day: date, plots: Sequence[Plot], *, notes: Sequence[str] = (),
               hide_few: bool = False) -> str:  # fmt: skip
    """Return the page as HTML.

    Args:
        title: What the page is about.
        day: The day for which it counts.
        plots: What it shows.
        notes: Sentences below its title.
        hide_few: Whether counts from 1 to 4 are shown as "under 5", so that no patient can be guessed. The total
            of such a plot isn't shown either.
    """
    shown = "".join(_section(number, plot, hide_few) for number, plot in enumerate(plots, 1))
    name = escape(title)
    return (
        f'<!doctype html>\n<html lang="en-GB">\n<head><meta charset="utf-8"><title>{name}, {day:%d/%m/%Y}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<style>{STYLE}</style></head>\n<body><main>\n<h1>{name}</h1>\n"
        f"<p>As at {day.day} {day:%B %Y}. Counts of pathways; a patient may have more than one.</p>\n"
        f"{_paragraphs(notes)}{shown}</main></body>\n</html>\n"
    )


def shown_counts(counts: Mapping[str, int], *, hide_few: bool) -> dict[str, str]:
    """Return each count as it is shown, the total last; a total would help to work out a hidden count."""
    few = {name for name, count in counts.items() if hide_few and 0 < count < _FEW}
    shown = {name: _HIDDEN if name in few else f"{count:,}" for name, count in counts.items()}
    return shown | {TOTAL: "not shown" if few else f"{sum(counts.values()):,}"}


def _section(number: int, plot: Plot, hide_few: bool) -> str:
    shown = shown_counts(plot.counts, hide_few=hide_few)
    told = f"<h2>{escape(plot.title)}</h2>\n{_paragraphs(plot.notes)}"
    if not plot.counts:
        return f"<section>{told}</section>\n"
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{count}</td></tr>' for name, count in shown.items()
                   if plot.adds_up or name != TOTAL)  # fmt: skip
    return (
        f"<section>{told}{_svg(number, plot, shown)}\n"
        f'<table><thead><tr><th scope="col">{escape(plot.of)}</th><th scope="col">Pathways</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></section>\n"
    )


def _paragraphs(sentences: Sequence[str]) -> str:
    return "".join(f"<p>{escape(one)}</p>\n" for one in sentences)


def _svg(number: int, plot: Plot, shown: Mapping[str, str]) -> str:
    most = max([_FEW, *plot.counts.values()])
    bars = "".join(
        _bar(row, name, shown[name], _FEW if shown[name] == _HIDDEN else count, most)
        for row, (name, count) in enumerate(plot.counts.items())
    )
    told = "; ".join(f"{name}: {shown[name]}" for name in plot.counts)
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_ROW * len(plot.counts)}" role="img" '
        f'aria-labelledby="title-{number} desc-{number}"><title id="title-{number}">{escape(plot.title)}</title>'
        f'<desc id="desc-{number}">{escape(told)}</desc>{bars}</svg>'
    )


def _bar(row: int, name: str, shown: str, count: int, most: int) -> str:
    top, length = row * _ROW, round(_BAR * count / most)
    # A hidden count has an empty bar of one length for all, so that its length tells nothing.
    fill = 'fill="none" stroke="#005eb8"' if shown == _HIDDEN else 'fill="#005eb8"'
    return (
        f'<text x="0" y="{top + 20}">{escape(name)}</text>'
        f'<rect x="{_LABEL}" y="{top + 5}" width="{length}" height="{_ROW - 10}" {fill}/>'
        f'<text x="{_LABEL + length + 6}" y="{top + 20}">{shown}</text>'
    )
