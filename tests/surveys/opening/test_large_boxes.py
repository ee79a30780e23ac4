"""A box larger than the memory: what is kept of it while it passes, and what a torn file shows."""

import random
import tracemalloc
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.casting.receipts import leaf
from surveys.errors import Invalid
from surveys.opening.box_files import BoxFile, Purpose, Step, box_stream, read_box
from surveys.opening.keys import OFFICERS, Role
from surveys.opening.records import Passing, StoredRecords
from surveys.opening.take_layer_off import layer_off, take_layer_off
from surveys.opening.tree import RisingRoot, box_root
from tests.surveys.opening.closes import close_of
from tests.surveys.opening.conftest import Campaign

N = 400
RECORD_BYTES = 1792


@pytest.fixture(scope="module")
def sealed(campaign: Campaign, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of 0.7 MB."""
    envelopes = sorted((campaign.seal(n.to_bytes(4)) for n in range(N)), key=leaf)
    close = close_of(campaign.ring, envelopes, campaign=campaign.name)
    box = BoxFile(
        campaign=campaign.name,
        purpose=Purpose.BALLOTS,
        step=Step.SEALED,
        root=str(close.statement["root"]),
        officers={role: campaign.keys[role].fingerprint for role in OFFICERS},
        records=tuple(envelopes),
        close=close.document(),
    )
    path = tmp_path_factory.mktemp("boxes") / "sealed.gpbox"
    path.write_bytes(b"".join(box_stream(box)))
    return path


def peak_of(path: Path, campaign: Campaign, opened: Callable[..., BoxFile]) -> int:
    """The most bytes of memory at once while officer A's layer comes off, file to file."""
    tracemalloc.start()
    try:
        with path.open("rb") as source, TemporaryFile() as target:
            box = opened(read_box(source), key=campaign.keys[Role.OFFICER_A])
            target.writelines(box_stream(box))
            assert len(read_box(target).records) == N
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_layer_comes_off_without_the_box_in_memory(sealed: Path, campaign: Campaign) -> None:
    assert peak_of(sealed, campaign, layer_off) < N * RECORD_BYTES / 4


def test_with_the_box_in_memory_it_would_be_noticed(sealed: Path, campaign: Campaign) -> None:
    assert peak_of(sealed, campaign, take_layer_off) > N * RECORD_BYTES


def test_a_file_torn_anywhere_is_refused(sealed: Path) -> None:
    data = sealed.read_bytes()
    for length in random.Random(4).sample(range(len(data)), 60):
        with pytest.raises(Invalid, match=r"box_file_(truncated|damaged|foreign)"):
            read_box(BytesIO(data[:length]))


def test_a_torn_file_says_how_much_is_there(sealed: Path) -> None:
    data = sealed.read_bytes()
    with pytest.raises(Invalid, match="box_file_truncated") as raised:
        read_box(BytesIO(data[: -34 - 3 * (RECORD_BYTES + 2) + 1]))
    assert raised.value.facts == {"n": N, "got": N - 3}


def test_reading_tells_how_far_it_is(sealed: Path) -> None:
    told: list[tuple[int, int]] = []
    with sealed.open("rb") as file:
        read_box(file, progress=lambda done, total: told.append((done, total)))
    assert (told[0], told[-1]) == ((0, N), (N, N))


def test_a_box_that_runs_dry_is_not_written_to_its_end() -> None:
    box = BoxFile(
        "7", Purpose.CANARY, Step.SEALED, "", dict.fromkeys(OFFICERS, ""), Passing(3, [b"1"])
    )
    with pytest.raises(Invalid, match="count_differs"):
        list(box_stream(box))


@given(st.lists(st.binary(min_size=1, max_size=40)), st.randoms(use_true_random=False))
def test_stored_records_are_read_in_any_order(records: list[bytes], rng: random.Random) -> None:
    stored = StoredRecords(BytesIO()).store(records)
    places = list(range(len(records)))
    rng.shuffle(places)
    assert [stored[place] for place in places] == [records[place] for place in places]
    assert list(stored) == records


@given(st.sets(st.binary(min_size=32, max_size=32), max_size=70))
def test_a_root_reckoned_leaf_by_leaf_is_the_trees(leaves: set[bytes]) -> None:
    reached = RisingRoot()
    for one in sorted(leaves):
        reached.add(one)
    assert reached.root == box_root(leaves)


def test_leaves_out_of_order_are_refused() -> None:
    reached = RisingRoot()
    reached.add(b"b" * 32)
    with pytest.raises(Invalid, match="leaves_unsorted"):
        reached.add(b"a" * 32)
