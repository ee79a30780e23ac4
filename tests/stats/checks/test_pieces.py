"""Pieces of a campaign say what the whole says, however it is cut and whoever reckons."""

import pickle
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from stats.checks import pieces
from stats.checks.pieces import pieces_of
from stats.checks.view import view_of
from stats.examination import Examination, examine
from stats.work import Here, permuted
from tests.stats.checks.campaigns import campaign

ATTACKS = (("stuff", "strong"), ("bloc", "strong"), ("burst", "strong"))


class Elsewhere(Here):
    """Hands everything over in bytes, as to another machine, and runs the last task first."""

    def keep(self, values: Sequence[Any]) -> Sequence[Any]:
        return [pickle.dumps(value) for value in values]

    def apply(self, task: Callable[..., Any], *columns: Sequence[Any]) -> Sequence[Any]:
        rows = list(zip(*columns, strict=True))
        done = [pickle.dumps(task(*map(_opened, row))) for row in reversed(rows)]
        return done[::-1]

    def fetch(self, kept: Sequence[Any]) -> list[Any]:
        return [_opened(each) for each in kept]


def _opened(value: Any) -> Any:
    return pickle.loads(value) if isinstance(value, bytes) else value


def told(found: Examination) -> list[object]:
    return [
        (repr(f.check), f.level, f.statistic, f.pvalue, f.qvalue, f.effect, f.ballots.tolist())
        for f in found.findings
    ] + [found.suspicion.tolist()]


def test_findings_do_not_depend_on_how_the_campaign_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    ballots = campaign("public2k", *ATTACKS).ballots
    whole = examine(ballots, rng=np.random.default_rng(3))
    assert len(whole.findings) >= 3

    monkeypatch.setattr(pieces.pieces_of, "__kwdefaults__", {"rows": 150})
    assert len(pieces_of(view_of(ballots), Here()).kept) > 5

    assert told(examine(ballots, rng=np.random.default_rng(3))) == told(whole)


@pytest.mark.parametrize("profile", ["public2k", "matrix200"])
def test_findings_do_not_depend_on_who_reckons(profile: str) -> None:
    ballots = campaign(profile, ("bloc", "strong")).ballots
    here = examine(ballots, rng=np.random.default_rng(3))
    elsewhere = examine(ballots, rng=np.random.default_rng(3), work=Elsewhere())
    assert told(elsewhere) == told(here)


def test_every_ballot_lies_in_one_piece() -> None:
    view = view_of(campaign("public2k").ballots)
    cut = pieces_of(view, Here(), rows=300)
    together = np.sort(np.concatenate(cut.ballots))
    assert together.tolist() == list(range(view.ballots.n_ballots))


def test_a_piece_knows_the_counts_of_the_whole_campaign() -> None:
    view = view_of(campaign("public2k").ballots)
    cut = pieces_of(view, Here(), rows=300)
    network = view.ballots.network
    assert network is not None
    held = np.bincount(network[view.ballots.ballot[view.rated]])
    for piece in cut.kept:
        door = next(d for d in piece.doors if d.name == "network")
        assert door.held.tolist() == held[door.parts[:, 0]].tolist()


def _draw(offset: float, rng: np.random.Generator) -> float:
    return offset + float(rng.random())


def test_each_permutation_has_its_own_stream() -> None:
    rng = np.random.default_rng(1)
    drawn = permuted(Here(), _draw, (5.0,), 30, rng)
    assert len(set(drawn)) == 30
    assert all(5 <= value <= 6 for value in drawn)


def test_after_each_task_the_work_may_be_stopped() -> None:
    ticks: list[float] = []

    def stop(_name: str, share: float) -> None:
        ticks.append(share)
        if len(ticks) == 12:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        examine(campaign("matrix200").ballots, rng=np.random.default_rng(1), progress=stop)
    assert max(ticks) < 0.4
