"""The tree of RFC 9162, against the Certificate Transparency vectors and a naive recursion."""

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surveys.errors import Invalid, NotFound
from surveys.opening.tree import box_root, sorted_tree, tree_of, verify_inclusion

# google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# The same file's audit path of entry 0 among 8.
PATH_OF_0_IN_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]

HASHES = st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70, unique=True)


def naive_root(entries: list[bytes]) -> bytes:
    """RFC 9162, 2.1.1, word for word."""
    n = len(entries)
    if n == 0:
        return hashlib.sha256().digest()
    if n == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1 << (n - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + naive_root(entries[:k]) + naive_root(entries[k:])).digest()


def naive_proof(index: int, entries: list[bytes]) -> list[bytes]:
    """RFC 9162, 2.1.3.1, word for word."""
    n = len(entries)
    if n == 1:
        return []
    k = 1 << (n - 1).bit_length() - 1
    if index < k:
        return [*naive_proof(index, entries[:k]), naive_root(entries[k:])]
    return [*naive_proof(index - k, entries[k:]), naive_root(entries[:k])]


@pytest.mark.parametrize("n", range(9))
def test_roots_are_those_of_certificate_transparency(n: int) -> None:
    assert tree_of(ENTRIES[:n]).root.hex() == ROOTS[n]


def test_the_path_is_that_of_certificate_transparency() -> None:
    assert [step.hex() for step in tree_of(ENTRIES).inclusion_proof(0)] == PATH_OF_0_IN_8


@given(HASHES)
def test_the_root_is_that_of_the_recursion(entries: list[bytes]) -> None:
    assert tree_of(entries).root == naive_root(entries)


@given(HASHES, st.data())
def test_proofs_are_those_of_the_recursion_and_hold(
    entries: list[bytes], data: st.DataObject
) -> None:
    index = data.draw(st.integers(0, len(entries) - 1))
    tree = tree_of(entries)
    proof = tree.inclusion_proof(index)
    assert proof == naive_proof(index, entries)
    assert verify_inclusion(
        entries[index], index=index, size=len(entries), proof=proof, root=tree.root
    )


@settings(max_examples=200)
@given(HASHES, st.data())
def test_a_proof_holds_for_nothing_else(entries: list[bytes], data: st.DataObject) -> None:
    n = len(entries)
    index = data.draw(st.integers(0, n - 1))
    tree = tree_of(entries)
    proof = tree.inclusion_proof(index)
    stranger = bytes(32) if entries[index] != bytes(32) else bytes([1] * 32)

    def holds(entry: bytes, place: int, size: int, steps: list[bytes], root: bytes) -> bool:
        return verify_inclusion(entry, index=place, size=size, proof=steps, root=root)

    assert not holds(stranger, index, n, proof, tree.root)
    assert not holds(entries[index], index, n, proof, stranger)
    assert not holds(entries[index], index, n, [*proof, stranger], tree.root)
    assert not holds(entries[index], n, n, proof, tree.root)
    assert not holds(entries[index], -1, n, proof, tree.root)
    if proof:
        step = data.draw(st.integers(0, len(proof) - 1))
        changed = [*proof[:step], stranger, *proof[step + 1 :]]
        assert changed == proof or not holds(entries[index], index, n, changed, tree.root)
        assert not holds(entries[index], index, n, proof[:-1], tree.root)


def unmarked_root(entries: list[bytes]) -> bytes:
    """A control: the same recursion without the marks that tell entries from nodes."""
    if len(entries) == 1:
        return hashlib.sha256(entries[0]).digest()
    k = 1 << (len(entries) - 1).bit_length() - 1
    return hashlib.sha256(unmarked_root(entries[:k]) + unmarked_root(entries[k:])).digest()


def test_an_inner_node_cannot_pass_as_an_entry() -> None:
    node = naive_root(ENTRIES[:1]) + naive_root(ENTRIES[1:2])
    assert tree_of([node]).root != tree_of(ENTRIES[:2]).root


def test_without_marks_an_inner_node_would_pass_as_an_entry() -> None:
    node = unmarked_root(ENTRIES[:1]) + unmarked_root(ENTRIES[1:2])
    assert unmarked_root([node]) == unmarked_root(ENTRIES[:2])


def test_a_proof_for_a_tree_of_two_does_not_hold_for_other_sizes() -> None:
    tree = tree_of(ENTRIES[:2])
    for index, claimed, size in ((0, 0, 3), (1, 0, 1)):
        assert not verify_inclusion(
            ENTRIES[index],
            index=claimed,
            size=size,
            proof=tree.inclusion_proof(index),
            root=tree.root,
        )


@given(HASHES, st.randoms(use_true_random=False))
def test_the_boxs_root_knows_no_order(leaves: list[bytes], rng: random.Random) -> None:
    shuffled = list(leaves)
    rng.shuffle(shuffled)
    assert box_root(shuffled) == box_root(leaves) == naive_root(sorted(leaves))


def test_a_leaf_twice_in_a_box_is_refused() -> None:
    with pytest.raises(Invalid, match="duplicate_leaf"):
        sorted_tree([bytes(32), bytes([1] * 32), bytes(32)])


@pytest.mark.parametrize("index", [-1, 3])
def test_a_proof_of_a_leaf_that_is_not_there_is_not_found(index: int) -> None:
    with pytest.raises(NotFound, match="leaf"):
        tree_of(ENTRIES[:3]).inclusion_proof(index)


def test_a_single_changed_leaf_changes_the_root() -> None:
    leaves = [hashlib.sha256(bytes([n])).digest() for n in range(100)]
    assert len({box_root([*leaves[:n], bytes(32), *leaves[n + 1 :]]) for n in range(100)}) == 100
