"""How is a number drawn in a page that needs nothing else? Bars as inline SVG."""

from collections.abc import Mapping, Sequence
from html import escape

COLOURS = ("#002d73", "#c9541b", "#3a7a3a", "#7a5195")
WIDTH, LABEL, BAR, GAP = 760, 220, 14, 8


def bars(title: str, unit: str, rows: Mapping[str, Sequence[float]], series: Sequence[str]) -> str:
    """Horizontal bars, a group to a row and a colour to a series; each bar says its number."""
    most = max((value for values in rows.values() for value in values), default=0) or 1.0
    high = len(rows) * (len(series) * BAR + GAP) + 30
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {high}" role="img" aria-label="{escape(title)}">',
        f"<title>{escape(title)}, {escape(unit)}</title>",
    ]
    for number, name in enumerate(series):
        x = LABEL + 130 * number
        colour = COLOURS[number % len(COLOURS)]
        parts.append(f'<rect x="{x}" y="4" width="12" height="12" fill="{colour}"/>')
        parts.append(f'<text x="{x + 18}" y="14">{escape(name)}</text>')
    y = 28
    for name, values in rows.items():
        middle = y + len(series) * BAR / 2 + 4
        parts.append(f'<text x="{LABEL - 8}" y="{middle:g}" class="label">{escape(name)}</text>')
        for number, value in enumerate(values):
            long = (WIDTH - LABEL - 70) * value / most
            colour = COLOURS[number % len(COLOURS)]
            parts.append(
                f'<rect x="{LABEL}" y="{y}" width="{long:.1f}" height="{BAR - 2}" fill="{colour}"/>'
            )
            parts.append(f'<text x="{LABEL + long + 5:.1f}" y="{y + 11}">{value:.1f}</text>')
            y += BAR
        y += GAP
    parts.append("</svg>")
    return "".join(parts)
