"""How large a simulated campaign is, and of what kind."""

from dataclasses import dataclass

from stats.simulator.assumptions import USUAL, Assumptions


@dataclass(frozen=True)
class Profile:
    """Shape of a campaign.

    Parameters
    ----------
    form : ``insider`` and ``reverse`` ballots rate every unit, ``public`` ballots one
    ballots, units, items : sizes
    homes : homes of the raters; those below ``units`` are the units themselves
    categories, groups : numbers of unit categories and rater groups
    days : how long the campaign lasts
    levels : marks on the scale
    assumed : what its people are like
    """

    form: str
    ballots: int
    units: int
    items: int
    homes: int = 0
    categories: int = 3
    groups: int = 1
    days: int = 10
    levels: int = 5
    assumed: Assumptions = USUAL

    @property
    def matrix(self) -> bool:
        """Whether every ballot rates every unit."""
        return self.form != "public"


def _insider(ballots: int, units: int, items: int) -> Profile:
    return Profile("insider", ballots, units, items, homes=units, groups=4, days=3)


def _public(ballots: int, units: int, items: int = 8) -> Profile:
    return Profile("public", ballots, units, items)


PROFILES = {
    "dept200": _insider(200, 12, 6),
    "matrix200": _insider(200, 40, 4),
    "matrix1k": _insider(1_000, 60, 4),
    "matrix3k": _insider(3_000, 80, 3),
    "reverse600": Profile("reverse", 600, 15, 6, homes=80, categories=1, groups=2, days=3),
    "public2k": _public(2_000, 30),
    "public10k": _public(10_000, 60),
    "public100k": _public(100_000, 120),
    "public1m": _public(1_000_000, 200),
    "public10m": _public(10_000_000, 300, 6),
}
