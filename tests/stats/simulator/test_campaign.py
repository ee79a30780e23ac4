"""Simulated campaigns: believable, labelled, repeatable."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from stats.simulator.assumptions import assumed, changed
from stats.simulator.attacks import KINDS, STRENGTHS
from stats.simulator.campaign import Simulated, simulate
from stats.simulator.profiles import PROFILES
from tests.stats.checks.campaigns import campaign

MATRIX_ONLY = {"reciprocal", "copy"}
PUBLIC_ONLY = {"bots"}
PAIRS = [
    (profile, kind)
    for profile, unfit in (("matrix200", PUBLIC_ONLY), ("public2k", MATRIX_ONLY))
    for kind in KINDS
    if kind not in unfit
]


def top_share(made: Simulated) -> float:
    answers = made.ballots.answers
    return float(np.mean(answers[answers > 0] == made.ballots.levels))


@pytest.mark.parametrize("profile", ["dept200", "matrix200", "reverse600", "public2k"])
def test_marks_pile_up_at_the_top_as_real_ones_do(profile: str) -> None:
    assert 0.5 < top_share(campaign(profile)) < 0.75


@pytest.mark.parametrize("profile", ["matrix200", "public2k"])
def test_sizes_are_those_of_the_profile(profile: str) -> None:
    shape, ballots = PROFILES[profile], campaign(profile).ballots
    assert ballots.n_ballots == shape.ballots
    assert ballots.n_items == shape.items
    assert ballots.n_rows == shape.ballots * (shape.units if shape.matrix else 1)


def test_a_clean_campaign_has_no_labels() -> None:
    made = campaign("public2k")
    assert not made.attack.any()
    assert (made.up == -1).all()


@pytest.mark.parametrize(("profile", "kind"), PAIRS)
def test_every_attack_is_labelled_on_its_ballots(profile: str, kind: str) -> None:
    made = campaign(profile, (kind, "medium"))
    assert made.attack.any()
    assert made.attacks[0].kind == kind
    assert np.mean(made.attack > 0) < 0.3


def test_an_attack_lifts_its_unit() -> None:
    made = campaign("public2k", ("burst", "strong"))
    ballots, up = made.ballots, made.attacks[0].up[0]
    marks = ballots.answers.mean(axis=1)
    of_unit = ballots.unit == up
    guilty = made.attack[ballots.ballot] > 0
    assert marks[of_unit & guilty].mean() > marks[of_unit & ~guilty].mean()


def test_every_ballot_has_a_code() -> None:
    ballots = campaign("public2k", ("stuff", "strong")).ballots
    assert ballots.batch is not None
    assert ballots.issued is not None
    held = np.bincount(ballots.batch, minlength=len(ballots.issued))
    assert (held <= ballots.issued).all()


def test_the_same_seed_makes_the_same_campaign() -> None:
    one, two = (
        simulate("dept200", [("bloc", "weak")], rng=np.random.default_rng(3)) for _ in range(2)
    )
    assert np.array_equal(one.ballots.answers, two.ballots.answers)
    assert np.array_equal(one.expected, two.expected)


def test_expected_marks_follow_quality() -> None:
    made = simulate("dept200", rng=np.random.default_rng(3))
    assert np.corrcoef(made.quality, made.expected)[0, 1] > 0.9


@pytest.mark.parametrize(
    ("profile", "attack", "name"),
    [
        ("nowhere", None, "profile"),
        ("public2k", ("magic", "weak"), "attack"),
        ("public2k", ("stuff", "huge"), "strength"),
        ("public2k", ("copy", "weak"), "attack"),
        ("matrix200", ("bots", "weak"), "attack"),
    ],
)
def test_what_is_not_known_is_refused(
    profile: str, attack: tuple[str, str] | None, name: str
) -> None:
    with pytest.raises(ValueError, match=rf"^{name}:"):
        simulate(profile, [attack] if attack else [], rng=np.random.default_rng(1))


def test_strengths_are_ordered_by_the_ballots_they_take() -> None:
    sizes = [int((campaign("public2k", ("stuff", s)).attack > 0).sum()) for s in STRENGTHS]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ("leniency=-1.5", lambda made: 0.4 - top_share(made)),
        ("missing=0.5", lambda made: np.mean(made.ballots.answers == 0) - 0.4),
        ("unit_missing=0.9", lambda made: np.mean(made.ballots.answers == 0) - 0.8),
    ],
)
def test_other_people_give_other_marks(change: str, differs: Callable[[Simulated], float]) -> None:
    shape = replace(PROFILES["dept200"], assumed=assumed([change]))
    made = simulate(shape, rng=np.random.default_rng(3), truth=False)
    assert differs(made) > 0
    assert changed(made.assumed) == {change.split("=", maxsplit=1)[0]: float(change.split("=")[1])}


def test_homes_may_share_views_of_other_units() -> None:
    shape = replace(PROFILES["dept200"], assumed=assumed(["home_view=2"]))
    made = simulate(shape, rng=np.random.default_rng(3), truth=False).ballots
    home, mark = made.home, made.answers.mean(axis=1).reshape(200, 12)
    assert home is not None
    largest = np.bincount(home).argmax()
    ours = mark[home == largest].mean(axis=0) - mark[home != largest].mean(axis=0)
    assert np.std(np.delete(ours, largest)) > 0.4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("severe=1", "expected one of quality_spread"),
        ("severity=much", "expected a number"),
        ("severity=-1", "expected 0 to 10"),
        ("missing=1.5", "expected 0 to 1"),
        ("quick_factor=0", "expected 0 to 1"),
    ],
)
def test_an_assumption_out_of_range_says_what_was_expected(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=expected):
        assumed([text])
