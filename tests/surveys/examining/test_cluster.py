"""The same findings, to the bit, on a Dask cluster of two workers as on one machine."""

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest

from stats.ballots import Ballots
from stats.examination import Examination, examine
from stats.work import Work
from surveys.errors import Invalid
from surveys.examining.cluster import cluster
from tests.stats.checks.campaigns import campaign
from tests.stats.checks.test_pieces import told

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def two_workers() -> Iterator[Work]:
    with cluster("local:2") as work:
        yield work


@pytest.mark.slow
@pytest.mark.parametrize(
    ("profile", "attacks"),
    [
        ("public2k", (("stuff", "strong"), ("bloc", "strong"), ("burst", "strong"))),
        ("matrix200", (("bloc", "strong"), ("copy", "strong"))),
        ("reverse600", (("reciprocal", "strong"),)),
    ],
)
def test_a_cluster_of_two_workers_finds_the_same_to_the_bit(
    two_workers: Work, profile: str, attacks: tuple[tuple[str, str], ...]
) -> None:
    ballots = campaign(profile, *attacks).ballots
    here = examine(ballots, rng=np.random.default_rng(3))
    there = examine(ballots, rng=np.random.default_rng(3), work=two_workers)
    assert here.findings
    assert told(there) == told(here)


@pytest.mark.slow
def test_what_stops_the_progress_stops_the_cluster(two_workers: Work) -> None:
    def stop(_name: str, share: float) -> None:
        if share >= 0.3:
            raise InterruptedError

    ballots = campaign("public2k").ballots
    with pytest.raises(InterruptedError):
        examine(ballots, rng=np.random.default_rng(1), progress=stop, work=two_workers)


def examined_while_dying(ballots: Ballots, dying: int) -> Examination:
    """Examine on two workers, of which some are killed after a quarter of the way."""
    with cluster("local:2") as work:
        workers = list(work.client.run(os.getpid).values())  # type: ignore[attr-defined]

        def kill(_name: str, share: float) -> None:
            if share >= 0.25:
                while len(workers) > 2 - dying:
                    os.kill(workers.pop(), signal.SIGKILL)

        return examine(ballots, rng=np.random.default_rng(1), progress=kill, work=work)


@pytest.mark.slow
def test_when_all_workers_die_midway_the_loss_is_told() -> None:
    ballots = campaign("matrix200").ballots
    with pytest.raises(Invalid) as caught:
        examined_while_dying(ballots, 2)
    assert caught.value.code == "cluster_lost"
    assert caught.value.facts["url"] == "local:2"


@pytest.mark.slow
def test_when_one_worker_dies_the_other_finds_the_same_or_the_loss_is_told() -> None:
    """Its tasks are done again; only what it alone was keeping is lost."""
    ballots = campaign("matrix200").ballots
    here = examine(ballots, rng=np.random.default_rng(1))
    outcome: object
    try:
        outcome = told(examined_while_dying(ballots, 1))
    except Invalid as lost:
        outcome = lost.code
    assert outcome in (told(here), "cluster_lost")


def test_without_dask_a_cluster_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("surveys.examining.cluster.find_spec", lambda _name: None)
    with pytest.raises(Invalid) as caught, cluster("local:2"):
        pass
    assert caught.value.code == "cluster_needs_distributed"
    assert "gongping[cluster]" in str(caught.value.facts["install"])


@pytest.mark.parametrize("url", ["local:none", "local:0", "nowhere", "tcp://127.0.0.1:1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Invalid, match="cluster_unreachable"), cluster(url):
        pass
