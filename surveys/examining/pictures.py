"""A picture for each finding: what its ballots look like beside the others."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from stats.ballots import Ballots, Bools, Floats, Ints
from stats.findings import Finding
from surveys.examining.charts import Point, Series, Words, columns, plane, stacked, strip

SECONDS = (0, 5, 10, 20, 30, 45, 60, 90, 120, 240, 480, 960, 1920, 3840)
BUCKETS_PER_DAY = 144
STEPS = (1, 2, 3, 6, 12, 18, 36, 72, 144, 288, 1008)
MOST_BINS = 64
MOST_PATTERNS = 5
LONGEST = 16
THESE = Words("这些票", "these ballots")
OTHERS = Words("其余的票", "the others")


@dataclass(frozen=True, eq=False)
class Scene:
    """A finding among its campaign's ballots.

    Parameters
    ----------
    finding : the finding
    ballots, mark : the campaign, and the mean mark of each row (nan without one)
    units : names of the units, as a picture writes them
    """

    finding: Finding
    ballots: Ballots
    mark: Floats
    units: tuple[Words, ...]

    @property
    def unit(self) -> int | None:
        """The unit it is about most."""
        touched = self.finding.units_lifted + self.finding.units_sunk
        return touched[0] if touched else None

    @property
    def inside(self) -> Bools:
        """Ballots of the finding."""
        chosen = np.zeros(self.ballots.n_ballots, dtype=np.bool_)
        chosen[self.finding.ballots] = True
        return chosen


def mean_marks(ballots: Ballots) -> Floats:
    """Mean valid mark of each row, nan without one."""
    valid = (ballots.answers > 0).sum(axis=1)
    total = ballots.answers.sum(axis=1, dtype=np.int64)
    return np.asarray(np.divide(total, valid, out=np.full(len(total), np.nan), where=valid > 0))


def pictures_of(scene: Scene) -> list[str]:
    """The pictures that explain a finding, as SVG; none where nothing can be drawn."""
    drawn = [draw(scene) for draw in DRAWN.get(scene.finding.check, ())]
    return [picture for picture in drawn if picture is not None]


def marks(scene: Scene) -> str | None:
    """How these ballots and the others of the unit mark it."""
    unit = scene.unit
    if unit is None:
        return None
    b = scene.ballots
    rows = (b.unit == unit) & np.isfinite(scene.mark)
    mine = scene.inside[b.ballot]
    levels = np.arange(1, b.levels + 1)
    here, rest = (
        (np.floor(scene.mark[rows & side] + 0.5)[:, None] == levels).sum(axis=0)
        for side in (mine, ~mine)
    )
    if not here.sum():
        return None
    name = scene.units[unit]
    title = Words(f"对{name.zh}的平均评分", f"Mean marks for {name.en}")
    return _two_sides(title, [str(level) for level in levels], (here, rest))


def arrivals(scene: Scene) -> str | None:
    """When ballots for the unit came in."""
    b, unit = scene.ballots, scene.unit
    if unit is None or b.bucket is None:
        return None
    mine = np.zeros(b.n_ballots, dtype=np.bool_)
    mine[b.ballot[b.unit == unit]] = True
    known = mine & (b.bucket >= 0)
    if not (known & scene.inside).any():
        return None
    first, last = int(b.bucket[known].min()), int(b.bucket[known].max())
    wide = next((s for s in STEPS if last - first < s * MOST_BINS), STEPS[-1])
    first -= first % wide
    place = (b.bucket - first) // wide
    n = (last - first) // wide + 1
    here, rest = (
        np.bincount(place[known & side], minlength=n) for side in (scene.inside, ~scene.inside)
    )
    zh, en = (f"{wide * 10} 分钟", f"{wide * 10} minutes")
    if wide >= 6:
        zh, en = f"{wide // 6} 小时", f"{wide // 6} h"
    name = scene.units[unit]
    title = Words(
        f"{name.zh}的票何时到达（每格 {zh}）",
        f"When ballots for {name.en} arrived (steps of {en})",
    )
    days = range(-(-first // BUCKETS_PER_DAY), last // BUCKETS_PER_DAY + 1)
    ticks = [
        ((day * BUCKETS_PER_DAY - first) // wide, f"+{day - first // BUCKETS_PER_DAY} d")
        for day in days
    ]
    return stacked(title, ticks[:12], Series(THESE, here.tolist()), Series(OTHERS, rest.tolist()))


def patterns(scene: Scene) -> str | None:
    """The answers that these ballots share, and how many of the unit's others hold them."""
    b, unit = scene.ballots, scene.unit
    if unit is None or b.n_items > LONGEST:
        return None
    rows = np.flatnonzero((b.unit == unit) & np.isfinite(scene.mark))
    found, which = np.unique(b.answers[rows], axis=0, return_inverse=True)
    mine = scene.inside[b.ballot[rows]]
    here, rest = (np.bincount(which[side], minlength=len(found)) for side in (mine, ~mine))
    if not here.sum():
        return None
    most = np.argsort(-here, kind="stable")[:MOST_PATTERNS]
    most = most[here[most] > 1]
    if not len(most):
        return None
    name = scene.units[unit]
    title = Words(
        f"对{name.zh}逐项答案完全相同的票（最常见的几种）",
        f"Ballots with the very same answers for {name.en}, the commonest ones",
    )
    ticks = [" ".join(str(a) if a else "–" for a in answers) for answers in found[most].tolist()]
    return _two_sides(title, ticks, (here[most], rest[most]), (int(here.sum()), int(rest.sum())))


def places(scene: Scene) -> str | None:
    """How these raters mark every unit, less how the others do."""
    b = scene.ballots
    here = _unit_means(scene, scene.inside[b.ballot])
    rest = _unit_means(scene, ~scene.inside[b.ballot])
    gap = here - rest
    known = np.flatnonzero(np.isfinite(gap))
    if len(known) < 2:
        return None
    # Lenient or severe raters are so with every unit: what counts is the unit's place among theirs.
    gap = gap - float(np.median(gap[known]))
    roles = dict.fromkeys(scene.finding.units_lifted, "up")
    roles |= dict.fromkeys(scene.finding.units_sunk, "down")
    points = [
        Point(float(gap[u]), size=4.5, role=roles.get(int(u), "other"), name=scene.units[u].zh)
        for u in known
    ]
    title = Words(
        "这些票给各单位的评分，与其余票相比（一个点是一个单位）",
        "What these ballots give each unit, against the others (a dot is a unit)",
    )
    return strip(title, points, ("← 评分偏低 lower", "评分偏高 higher →"))


def likeness(scene: Scene) -> str | None:
    """The likest pair beside what unrelated ballots hardly ever reach."""
    facts = scene.finding.facts
    value, usual = facts.get("likeness"), facts.get("usual")
    if not isinstance(value, float) or not isinstance(usual, float):
        return None
    ticks = ["这些票中最相像的两张 likest two", "互不相干的票 1 % 才超过 1 % of others exceed"]
    title = Words("扣除偶然后的一致程度", "Agreement beyond chance")
    name = Words("一致程度", "agreement")
    return columns(title, ticks, Series(name, [value, usual], [f"{value:.2f}", f"{usual:.2f}"]))


def times(scene: Scene) -> str | None:
    """How long these ballots took, and the others."""
    seconds = scene.ballots.seconds
    if seconds is None or not len(scene.finding.ballots):
        return None
    known = np.isfinite(seconds)
    edges = np.array(SECONDS, dtype=np.float64)
    here, rest = (
        np.histogram(np.minimum(seconds[known & side], edges[-1]), bins=edges)[0]
        for side in (scene.inside, ~scene.inside)
    )
    used = np.flatnonzero(here + rest)
    if not len(used):
        return None
    part = slice(int(used[0]), int(used[-1]) + 1)
    ticks = [f"{SECONDS[k]}–{SECONDS[k + 1]}" for k in range(len(SECONDS) - 1)][part]
    title = Words("作答用时（秒）", "Time taken (seconds)")
    return _two_sides(title, ticks, (here[part], rest[part]))


def round_counts(scene: Scene) -> str | None:
    """Last digits, or where percentages lie between two whole ones."""
    histogram = scene.finding.facts.get("histogram")
    if not isinstance(histogram, tuple):
        return None
    name = Words("个", "number")
    if scene.finding.facts.get("what") == "digits":
        title, ticks = Words("票数的末位数字", "Last digits of the counts"), map(str, range(10))
    else:
        title = Words("百分比的小数部分", "Fraction of the percentages")
        ticks = map("{:.2f}".format, np.arange(len(histogram)) / len(histogram))
    return columns(title, list(ticks), Series(name, histogram, [str(n) for n in histogram]))


def codes(scene: Scene) -> str | None:
    """Codes issued and ballots held."""
    held, issued = scene.finding.facts.get("held"), scene.finding.facts.get("issued")
    if not isinstance(held, int) or not isinstance(issued, int):
        return None
    title = Words("发出的测评码与收回的票", "Codes issued and ballots held")
    ticks = ["发出 issued", "收回 held"]
    values = Series(Words("张", "number"), [issued, held], [str(issued), str(held)])
    return columns(title, ticks, values)


def fuller_batches(scene: Scene) -> str | None:
    """Each batch's turnout and what it gives the unit."""
    b, unit = scene.ballots, scene.unit
    if unit is None or b.batch is None or b.issued is None:
        return None
    rows = np.flatnonzero((b.unit == unit) & np.isfinite(scene.mark) & (b.batch[b.ballot] >= 0))
    batch = b.batch[b.ballot[rows]]
    n = np.bincount(batch, minlength=len(b.issued))
    total = np.bincount(batch, weights=scene.mark[rows], minlength=len(b.issued))
    held = np.bincount(b.batch[b.batch >= 0], minlength=len(b.issued))
    use = np.flatnonzero((n >= 3) & (b.issued > 0))
    if len(use) < 3:
        return None
    points = [
        Point(
            float(held[k] / b.issued[k]),
            float(total[k] / n[k]),
            size=min(2 + float(np.sqrt(n[k])), 14),
        )
        for k in use
    ]
    title = Words("各码批次的回收率与评分", "Turnout and marks of each batch")
    return plane(title, points, (Words("回收率", "turnout"), Words("平均评分", "mean mark")))


def _unit_means(scene: Scene, rows: Bools) -> Floats:
    b = scene.ballots
    use = rows & np.isfinite(scene.mark)
    n = np.bincount(b.unit[use], minlength=b.n_units)
    total = np.bincount(b.unit[use], weights=scene.mark[use], minlength=b.n_units)
    return np.asarray(np.divide(total, n, out=np.full(b.n_units, np.nan), where=n > 0))


def _two_sides(
    title: Words, ticks: list[str], counts: tuple[Ints, Ints], sizes: tuple[int, int] | None = None
) -> str:
    """Shares of the finding's ballots and of the others; ``sizes`` where not all are shown."""
    totals = sizes or (int(counts[0].sum()), int(counts[1].sum()))
    sides = [
        Series(
            Words(f"{name.zh} {n:,}", name.en),
            (part / max(n, 1)).tolist(),
            [f"{c / max(n, 1):.0%}" if c or sizes else "" for c in part.tolist()],
        )
        for name, part, n in zip((THESE, OTHERS), counts, totals, strict=True)
    ]
    return columns(title, ticks, *sides)


Draw = Callable[[Scene], str | None]
SOURCE: tuple[Draw, ...] = (marks, arrivals)
DRAWN: dict[str, tuple[Draw, ...]] = {
    "stuffing": (patterns, marks, arrivals),
    "crowd": (patterns, marks, arrivals),
    "context_shift": SOURCE,
    "home_shift": (places, marks),
    "reciprocity": (places,),
    "bloc": (places,),
    "copied": (likeness,),
    "low_effort": (times,),
    "careless_share": (times,),
    "long_string": (times,),
    "random_marking": (times,),
    "machine": (times, marks),
    "over_issued": (codes,),
    "turnout": (fuller_batches,),
    "divided": (marks,),
    "typed_tallies": (round_counts,),
}
