"""Small charts as SVG text: for a page that is printed, without a script or another file.

Two sides are told apart by fill and outline as well as by colour.
"""

import html
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
HEIGHT = 200
LEFT, RIGHT, TOP, BOTTOM = 8, 8, 34, 26
LEGEND_STEP = 320
ROW = 15


@dataclass(frozen=True)
class Words:
    """The same words in both languages, as a chart writes them."""

    zh: str
    en: str

    def __str__(self) -> str:
        return f"{self.zh} {self.en}".strip()


@dataclass(frozen=True)
class Series:
    """One side of a chart: ``values`` are drawn, ``labels`` written above them."""

    name: Words
    values: Sequence[float]
    labels: Sequence[str] = ()


@dataclass(frozen=True)
class Point:
    """A unit on a line, or a batch on a plane; ``role`` is ``up``, ``down`` or ``other``."""

    x: float
    y: float = 0.0
    size: float = 4.0
    role: str = "other"
    name: str = ""


def columns(title: Words, ticks: Sequence[str], here: Series, rest: Series | None = None) -> str:
    """Columns side by side, one pair for each tick."""
    sides = [("here", here), *([("rest", rest)] if rest is not None else [])]
    most = max([*(v for _, s in sides for v in s.values), 1e-9])
    step = (WIDTH - LEFT - RIGHT) / max(len(ticks), 1)
    wide = min(step * 0.8 / len(sides), 46)
    floor, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP - 14
    drawn = _legend([(kind, s.name) for kind, s in sides])
    for k, tick in enumerate(ticks):
        middle = LEFT + step * (k + 0.5)
        if tick:
            drawn.append(_text(middle, HEIGHT - 8, tick))
        for j, (kind, side) in enumerate(sides):
            tall = room * side.values[k] / most
            x = middle + (j - len(sides) / 2) * wide
            drawn.append(_box(kind, (x, floor - tall), (wide - 1, tall)))
            if side.labels and side.labels[k]:
                drawn.append(_text(x + wide / 2, floor - tall - 4, side.labels[k]))
    drawn.append(f'<line x1="{LEFT}" y1="{floor}" x2="{WIDTH - RIGHT}" y2="{floor}"/>')
    return _svg(title, drawn, HEIGHT)


def stacked(title: Words, ticks: Sequence[tuple[int, str]], here: Series, rest: Series) -> str:
    """Counts over time: the finding's on top of the others'."""
    totals = [a + b for a, b in zip(here.values, rest.values, strict=True)]
    most, n = max([*totals, 1e-9]), max(len(totals), 1)
    step = (WIDTH - LEFT - RIGHT) / n
    floor, room = HEIGHT - BOTTOM, HEIGHT - BOTTOM - TOP - 14
    drawn = _legend([("here", here.name), ("rest", rest.name)])
    for k, (a, b) in enumerate(zip(here.values, rest.values, strict=True)):
        x, low, high = LEFT + k * step, room * b / most, room * a / most
        if b:
            drawn.append(_box("rest", (x, floor - low), (max(step - 1, 0.5), low)))
        if a:
            drawn.append(_box("here", (x, floor - low - high), (max(step - 1, 0.5), high)))
    drawn += [_text(LEFT + (k + 0.5) * step, HEIGHT - 8, tick) for k, tick in ticks]
    drawn.append(f'<line x1="{LEFT}" y1="{floor}" x2="{WIDTH - RIGHT}" y2="{floor}"/>')
    return _svg(title, drawn, HEIGHT)


def strip(title: Words, points: Sequence[Point], ends: tuple[str, str]) -> str:
    """Points on a line; those with a role carry their names."""
    low, high = _span([p.x for p in points] + [0.0])
    named = [p for p in points if p.role != "other"]
    line = TOP + ROW * max(len(named), 1) + 8
    drawn = [_text(LEFT, 14, ends[0], "start"), _text(WIDTH - RIGHT, 14, ends[1], "end")]
    zero = _scaled(0.0, low, high)
    drawn.append(f'<line x1="{zero:.1f}" y1="{TOP - 8}" x2="{zero:.1f}" y2="{line + 16}"/>')
    drawn.append(f'<line x1="{LEFT}" y1="{line}" x2="{WIDTH - RIGHT}" y2="{line}"/>')
    drawn += [_dot(p, _scaled(p.x, low, high), line) for p in points if p.role == "other"]
    for k, point in enumerate(sorted(named, key=lambda p: p.x)):
        x, y = _scaled(point.x, low, high), TOP + ROW * k
        drawn.append(f'<line class="hint" x1="{x:.1f}" y1="{y + 4}" x2="{x:.1f}" y2="{line}"/>')
        drawn.append(_dot(point, x, line))
        anchor = "end" if x > WIDTH / 2 else "start"
        shift = -6 if anchor == "end" else 6
        arrow = "↑" if point.role == "up" else "↓"
        drawn.append(_text(x + shift, y + 4, f"{arrow} {point.name} {point.x:+.2f}", anchor))
    drawn.append(_text(zero, line + 30, "0"))
    return _svg(title, drawn, line + 38)


def plane(title: Words, points: Sequence[Point], axes: tuple[Words, Words]) -> str:
    """Points on a plane, their size by how much they weigh."""
    floor = HEIGHT - BOTTOM
    (x0, x1), (y0, y1) = _span([p.x for p in points]), _span([p.y for p in points])
    drawn = [
        _text(LEFT, 14, f"↑ {axes[1]}", "start"),
        _text(WIDTH - RIGHT, HEIGHT - 8, f"{axes[0]} →", "end"),
    ]
    drawn.append(f'<line x1="{LEFT}" y1="{floor}" x2="{WIDTH - RIGHT}" y2="{floor}"/>')
    for p in points:
        y = floor - (floor - TOP) * (p.y - y0) / (y1 - y0)
        drawn.append(_dot(p, _scaled(p.x, x0, x1), y))
    return _svg(title, drawn, HEIGHT)


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = max(high - low, 1e-6) * 0.06
    return low - room, high + room


def _scaled(value: float, low: float, high: float) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low)


def _legend(sides: Sequence[tuple[str, Words]]) -> list[str]:
    drawn = []
    for k, (kind, name) in enumerate(sides):
        x = LEFT + LEGEND_STEP * k
        drawn += [_box(kind, (x, 5), (12, 12)), _text(x + 18, 15, str(name), "start")]
    return drawn


def _box(kind: str, corner: tuple[float, float], size: tuple[float, float]) -> str:
    x, y = corner
    return (
        f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}"'
        f' width="{size[0]:.1f}" height="{max(size[1], 0.0):.1f}"/>'
    )


def _dot(point: Point, x: float, y: float) -> str:
    return f'<circle class="{point.role}" cx="{x:.1f}" cy="{y:.1f}" r="{point.size:.1f}"/>'


def _text(x: float, y: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(words)}</text>'


def _svg(title: Words, drawn: Sequence[str], height: float) -> str:
    body = "".join(drawn)
    return (
        f'<figure><figcaption><span lang="zh">{html.escape(title.zh)}</span>'
        f' <span lang="en">{html.escape(title.en)}</span></figcaption>'
        f'<svg role="img" viewBox="0 0 {WIDTH} {height:.0f}"'
        f' aria-label="{html.escape(str(title))}">'
        f"{body}</svg></figure>"
    )
