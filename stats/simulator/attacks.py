"""Attacks on a campaign, each in three strengths."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from stats.ballots import Floats, Ints, Marks
from stats.simulator.circumstances import Circumstances
from stats.simulator.opinions import Public, Raters, marks_of
from stats.simulator.profiles import Profile

STRENGTHS = ("weak", "medium", "strong")
Number = int | float


@dataclass(frozen=True)
class Attack:
    """What was planted: kind, strength, target units and the numbers that made it."""

    kind: str
    strength: str
    up: tuple[int, ...] = ()
    down: tuple[int, ...] = ()
    parameters: Mapping[str, Number] = field(default_factory=dict)


@dataclass(eq=False)
class Scene:
    """A campaign in the making; attacks write into its arrays."""

    profile: Profile
    public: Public
    raters: Raters
    unit: Ints
    level: Floats
    marks: Marks
    where: Circumstances
    rng: np.random.Generator
    attack: Ints = field(init=False)
    up: Ints = field(init=False)
    down: Ints = field(init=False)
    source: Ints = field(init=False)

    def __post_init__(self) -> None:
        n = self.profile.ballots
        self.attack = np.zeros(n, dtype=np.int64)
        self.up = np.full(n, -1, dtype=np.int64)
        self.down = np.full(n, -1, dtype=np.int64)
        self.source = np.full(n, -1, dtype=np.int64)

    def honest(self, among: Ints | None = None) -> Ints:
        """Ballots not yet part of an attack."""
        free = self.attack == 0
        if among is None:
            return np.flatnonzero(free).astype(np.int64)
        chosen: Ints = among[free[among]]
        return chosen

    def pick(self, size: int, among: Ints | None = None) -> Ints:
        """Some honest ballots at random."""
        pool = self.honest(among)
        return np.sort(self.rng.choice(pool, min(size, len(pool)), replace=False))

    def claim(self, ballots: Ints, number: int, *, up: int = -1, down: int = -1) -> None:
        """Label ballots as an attack's."""
        self.attack[ballots], self.up[ballots], self.down[ballots] = number, up, down

    def rows(self, ballots: Ints, unit: int) -> Ints:
        """Rows of ballots on one unit of a matrix."""
        return ballots * self.profile.units + unit

    def mark_again(self, rows: Ints, push: float) -> None:
        """Draw the marks of rows anew with the attitude pushed."""
        self.level[rows] += push
        apart = np.ones(len(rows))
        self.marks[rows] = marks_of(
            self.public, self.unit[rows], (self.level[rows], apart), self.rng
        )

    def whole(self, ballots: Ints) -> Ints:
        """All rows of ballots."""
        if not self.profile.matrix:
            return ballots
        units = np.arange(self.profile.units)
        return (ballots[:, None] * self.profile.units + units).ravel()


def _level(strength: str) -> int:
    if strength not in STRENGTHS:
        raise ValueError(f"strength: expected one of {', '.join(STRENGTHS)}")
    return STRENGTHS.index(strength)


def straight(scene: Scene, number: int, strength: str) -> Attack:
    """One mark throughout but for slips, and fast."""
    k = _level(strength)
    slips, share = (0.15, 0.06, 0.0)[k], (0.05, 0.07, 0.10)[k]
    ballots = scene.pick(round(share * scene.profile.ballots))
    scene.claim(ballots, number)
    mark = scene.rng.choice([3, 4, 5], len(ballots), p=[0.3, 0.4, 0.3])
    rows = scene.whole(ballots)
    flat = np.repeat(mark, len(rows) // max(len(ballots), 1))[:, None]
    slip = scene.rng.random((len(rows), scene.profile.items)) < slips
    scene.marks[rows] = np.where(slip, scene.marks[rows], flat).astype(np.uint8)
    _hurry(scene, ballots, (0.5, 0.4, 0.3)[k])
    return Attack("straight", strength, parameters={"share": share, "slips": slips})


def random(scene: Scene, number: int, strength: str) -> Attack:
    """Marks by dice, on part of the form when weak, and fast."""
    k = _level(strength)
    part, share = (0.6, 0.8, 1.0)[k], (0.05, 0.07, 0.10)[k]
    ballots = scene.pick(round(share * scene.profile.ballots))
    scene.claim(ballots, number)
    rows = scene.whole(ballots)
    shape = (len(rows), scene.profile.items)
    dice = scene.rng.integers(1, scene.profile.levels + 1, shape)
    thrown = scene.rng.random(shape) < part
    scene.marks[rows] = np.where(thrown, dice, scene.marks[rows]).astype(np.uint8)
    _hurry(scene, ballots, (0.6, 0.5, 0.4)[k])
    return Attack("random", strength, parameters={"share": share, "part": part})


def _hurry(scene: Scene, ballots: Ints, factor: float) -> None:
    scene.where.seconds[ballots] = np.maximum(2.0, np.round(scene.where.seconds[ballots] * factor))


def stuff(scene: Scene, number: int, strength: str) -> Attack:
    """Ballots from templates with slips, through few networks within hours to minutes."""
    k = _level(strength)
    n = scene.profile.ballots
    if scene.profile.matrix:
        return _stuffed_matrix(scene, number, strength)
    size = round(max((20, 30, 40)[k], (0.003, 0.005, 0.01)[k] * n))
    jitter, networks, spread = (0.25, 0.12, 0.03)[k], (6, 3, 1)[k], (72, 36, 12)[k]
    ballots = scene.pick(size)
    up = _middling(scene)
    rows = _redirect(scene, ballots, up)
    scene.claim(ballots, number, up=up)
    templates = scene.rng.choice([4, 5], ((3, 2, 1)[k], scene.profile.items), p=[0.15, 0.85])
    chosen = templates[scene.rng.integers(0, len(templates), len(rows))]
    slipped = np.clip(chosen - scene.rng.integers(1, 3, chosen.shape), 1, 5)
    slip = scene.rng.random(chosen.shape) < jitter
    scene.marks[rows] = np.where(slip, slipped, chosen).astype(np.uint8)
    _through(scene, ballots, (networks, spread, max(3, size // 3)))
    return Attack(
        "stuff",
        strength,
        up=(up,),
        parameters={"ballots": size, "jitter": jitter, "networks": networks, "buckets": spread},
    )


def _stuffed_matrix(scene: Scene, number: int, strength: str) -> Attack:
    """Whole ballots from templates made to look honest, but for the unit they lift."""
    k = _level(strength)
    size = round(max((8, 12, 16)[k], (0.02, 0.03, 0.04)[k] * scene.profile.ballots))
    jitter, networks, spread = (0.25, 0.12, 0.03)[k], (6, 3, 1)[k], (72, 36, 12)[k]
    ballots, up = scene.pick(size), _middling(scene)
    scene.claim(ballots, number, up=up)
    chosen = scene.rng.integers(0, (3, 2, 1)[k], size)
    models = scene.rng.choice(ballots, (3, 2, 1)[k], replace=False)
    rows, units = scene.whole(ballots), scene.profile.units
    copied = scene.marks[scene.whole(models[chosen])]
    slip = scene.rng.random(copied.shape) < jitter
    slipped = np.clip(copied.astype(np.int64) + scene.rng.choice([-1, 1], copied.shape), 1, 5)
    scene.marks[rows] = np.where(slip, slipped, copied).astype(np.uint8)
    scene.marks[scene.rows(ballots, up)] = 5
    _through(scene, ballots, (networks, spread, max(3, size // 3)))
    facts = {"ballots": size, "jitter": jitter, "networks": networks, "units": units}
    return Attack("stuff", strength, up=(up,), parameters=facts)


def burst(scene: Scene, number: int, strength: str) -> Attack:
    """A crowd lifts a unit from one network within minutes, each in their own words."""
    k = _level(strength)
    n = scene.profile.ballots
    size = round(max((15, 30, 60)[k], (0.001, 0.002, 0.004)[k] * n))
    if scene.profile.matrix:
        size = min(size, n // 8)
    push, spread = (1.2, 2.5, 5.0)[k], (12, 3, 2)[k]
    ballots = scene.pick(size)
    up = _middling(scene)
    rows = scene.rows(ballots, up) if scene.profile.matrix else _redirect(scene, ballots, up)
    scene.claim(ballots, number, up=up)
    scene.mark_again(rows, push)
    _through(scene, ballots, (1, spread, size))
    return Attack("burst", strength, up=(up,), parameters={"ballots": size, "push": push})


def bloc(scene: Scene, number: int, strength: str) -> Attack:
    """Raters of one home (or, in public, through one open batch) lift one unit and sink a rival."""
    k = _level(strength)
    size = round(
        max(1.0, scene.profile.ballots / 1000 if scene.profile.matrix else 1.0) * (8, 12, 16)[k]
    )
    push = (1.2, 2.5, 9.0)[k]
    if not scene.profile.matrix:
        return _public_bloc(scene, number, strength, (size, push))
    ballots = _home_members(scene, size)
    home = int(np.bincount(scene.raters.home[ballots]).argmax())
    up = home if home < scene.profile.units else _middling(scene)
    down = _rival(scene, up)
    scene.claim(ballots, number, up=up, down=down)
    scene.mark_again(scene.rows(ballots, up), push)
    scene.mark_again(scene.rows(ballots, down), -push)
    return Attack("bloc", strength, (up,), (down,), {"ballots": len(ballots), "push": push})


def _home_members(scene: Scene, size: int) -> Ints:
    """Raters of the home whose size is nearest, filled up from others."""
    free = scene.raters.home[scene.honest()]
    sizes = np.bincount(free, minlength=scene.profile.homes)
    home = int(np.abs(sizes - size).argmin())
    ours = scene.pick(size, np.flatnonzero(scene.raters.home == home).astype(np.int64))
    if len(ours) < size:
        rest = np.flatnonzero(scene.raters.home != home).astype(np.int64)
        ours = np.sort(np.concatenate([ours, scene.pick(size - len(ours), rest)]))
    return ours


def _public_bloc(scene: Scene, number: int, strength: str, plan: tuple[int, float]) -> Attack:
    size, push = plan
    ballots = scene.pick(size)
    down = _middling(scene)
    rows = _redirect(scene, ballots, down)
    scene.claim(ballots, number, down=down)
    scene.mark_again(rows, -push)
    scene.where.batch[ballots] = scene.profile.units
    return Attack("bloc", strength, (), (down,), {"ballots": size, "push": push})


def reciprocal(scene: Scene, number: int, strength: str) -> Attack:
    """Homes that lift each other: a pair, or all of three when strong."""
    if not scene.profile.matrix:
        raise ValueError("attack: reciprocal needs ballots that rate every unit")
    k = _level(strength)
    length, part, push = (2, 2, 3)[k], (0.5, 0.7, 0.9)[k], (1.2, 2.5, 9.0)[k]
    sizes = np.bincount(scene.raters.home, minlength=scene.profile.homes)[: scene.profile.units]
    # Homes with fewer raters than usual would have little to trade.
    large = np.flatnonzero(sizes >= np.median(sizes))
    ring = scene.rng.choice(large, length, replace=False)
    for home in ring:
        ours = scene.honest(np.flatnonzero(scene.raters.home == home).astype(np.int64))
        ours = ours[scene.rng.random(len(ours)) < part]
        friends = [int(friend) for friend in ring if friend != home]
        scene.claim(ours, number, up=friends[0])
        for friend in friends:
            scene.mark_again(scene.rows(ours, friend), push)
    return Attack(
        "reciprocal",
        strength,
        up=tuple(int(h) for h in ring),
        parameters={"part": part, "push": push},
    )


def copy(scene: Scene, number: int, strength: str) -> Attack:
    """Groups of raters who copy one rater's ballot, cell by cell with probability p."""
    if not scene.profile.matrix:
        raise ValueError("attack: copy needs ballots that rate every unit")
    k = _level(strength)
    p, groups, size = (0.7, 0.85, 0.97)[k], max(4, scene.profile.ballots // 200), 4
    for _ in range(groups):
        source, *rest = scene.pick(size).tolist()
        copyists = np.array(rest, dtype=np.int64)
        scene.claim(copyists, number)
        scene.source[copyists] = source
        rows, model = scene.whole(copyists), scene.whole(np.array([source]))
        take = scene.rng.random((len(rows), scene.profile.items)) < p
        model_marks = np.tile(scene.marks[model], (len(copyists), 1))
        scene.marks[rows] = np.where(take, model_marks, scene.marks[rows])
        _hurry(scene, copyists, 0.5)
    return Attack("copy", strength, parameters={"p": p, "groups": groups, "size": size})


def bots(scene: Scene, number: int, strength: str) -> Attack:
    """Ballots from a one-factor model with a target Cronbach α and durations cut at fixed ends."""
    if scene.profile.matrix:
        raise ValueError("attack: bots needs ballots that rate one unit")
    k = _level(strength)
    size = round(max((60, 120, 240)[k], (0.01, 0.02, 0.04)[k] * scene.profile.ballots))
    alpha, items = 0.85, scene.profile.items
    ballots = scene.pick(size)
    up = _middling(scene)
    rows = _redirect(scene, ballots, up)
    scene.claim(ballots, number, up=up)
    r = alpha / (items - alpha * (items - 1))
    factor = scene.rng.normal(0, 1, size)[:, None]
    latent = np.sqrt(r) * factor + np.sqrt(1 - r) * scene.rng.normal(0, 1, (size, items))
    # Round shares of the marks, exactly: 5 / 5 / 10 / 30 / 50 %.
    rank = latent.argsort(axis=0).argsort(axis=0) / size
    scene.marks[rows] = (np.searchsorted([0.05, 0.10, 0.20, 0.50], rank, side="right") + 1).astype(
        np.uint8
    )
    scene.where.seconds[ballots] = np.clip(np.round(scene.rng.normal(30, 8, size)), 15, 45)
    return Attack("bots", strength, up=(up,), parameters={"ballots": size, "alpha": alpha})


def _middling(scene: Scene) -> int:
    """A unit of the middle half, the likely customer of an attack."""
    order = scene.public.quality.mean(axis=1).argsort()
    quarter = len(order) // 4
    return int(scene.rng.choice(order[quarter : len(order) - quarter]))


def _rival(scene: Scene, unit: int) -> int:
    """A unit of the same category near in quality."""
    quality = scene.public.quality.mean(axis=1)
    rivals = np.flatnonzero(scene.public.category == scene.public.category[unit])
    rivals = rivals[rivals != unit]
    near = rivals[np.abs(quality[rivals] - quality[unit]).argsort()[:3]]
    return int(scene.rng.choice(near))


def _redirect(scene: Scene, ballots: Ints, unit: int) -> Ints:
    """Make single-unit ballots about a unit; the attitude moves with its quality."""
    quality = scene.public.quality.mean(axis=1)
    if scene.profile.matrix:
        return scene.rows(ballots, unit)
    scene.level[ballots] += quality[unit] - quality[scene.unit[ballots]]
    scene.unit[ballots] = unit
    open_batch = scene.profile.units + scene.rng.integers(0, 8, len(ballots))
    scene.where.batch[ballots] = np.where(scene.rng.random(len(ballots)) < 0.5, unit, open_batch)
    return ballots


def _through(scene: Scene, ballots: Ints, plan: tuple[int, int, int]) -> None:
    """Send ballots through some networks within some buckets from some devices."""
    networks, spread, devices = plan
    n, rng = len(ballots), scene.rng
    names = 500_000 + rng.integers(0, 400_000, networks)
    last = scene.profile.days * 144 - spread
    scene.where.network[ballots] = names[rng.integers(0, networks, n)]
    scene.where.bucket[ballots] = rng.integers(0, max(last, 1)) + rng.integers(0, spread, n)
    scene.where.device[ballots] = 600_000_000 + rng.integers(0, 10**6) + rng.integers(0, devices, n)


KINDS: dict[str, Callable[[Scene, int, str], Attack]] = {
    "straight": straight,
    "random": random,
    "stuff": stuff,
    "burst": burst,
    "bloc": bloc,
    "reciprocal": reciprocal,
    "copy": copy,
    "bots": bots,
}
