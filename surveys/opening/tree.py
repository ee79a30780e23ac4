"""The Merkle tree of RFC 9162 (2.1) over a box's leaves.

The box is published only after closing and its leaves are sorted: a growing or ordered list
would tell who voted when.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from surveys.errors import Invalid, NotFound

HASH_BYTES = 32


def _leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def _node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True)
class MerkleTree:
    """All levels of a tree, from the entries' hashes up to the root.

    Parameters
    ----------
    levels : each level's hashes in one run of 32-byte pieces (64 MB for a million entries)
    """

    levels: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """How many entries."""
        return len(self.levels[0]) // HASH_BYTES

    @property
    def root(self) -> bytes:
        """32 bytes; of an empty tree the hash of nothing."""
        return self.levels[-1] or hashlib.sha256().digest()

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Hashes that lead from entry `index` to the root, from below (RFC 9162, 2.1.3).

        Raises
        ------
        NotFound : ``leaf`` (index)
        """
        if not 0 <= index < self.size:
            raise NotFound("leaf", index=index)
        proof = []
        for level in self.levels[:-1]:
            start = (index ^ 1) * HASH_BYTES
            # The last of an odd number has no sibling: it rises as it is.
            if start < len(level):
                proof.append(level[start : start + HASH_BYTES])
            index >>= 1
        return proof


def tree_of(entries: Iterable[bytes]) -> MerkleTree:
    """Build the tree of entries in the order given."""
    hashes = [_leaf_hash(entry) for entry in entries]
    levels = [b"".join(hashes)]
    while len(hashes) > 1:
        paired = [
            _node_hash(left, right) for left, right in zip(hashes[::2], hashes[1::2], strict=False)
        ]
        if len(hashes) % 2:
            paired.append(hashes[-1])
        hashes = paired
        levels.append(b"".join(hashes))
    return MerkleTree(tuple(levels))


def sorted_tree(leaves: Iterable[bytes]) -> MerkleTree:
    """Build the box's tree: its leaves in rising order.

    Raises
    ------
    Invalid : ``duplicate_leaf`` (leaf)
    """
    ordered = sorted(leaves)
    for left, right in pairwise(ordered):
        if left == right:
            raise Invalid("duplicate_leaf", leaf=left.hex())
    return tree_of(ordered)


class RisingRoot:
    """The root over leaves that come one by one in rising order; keeps a path, not the tree."""

    def __init__(self) -> None:
        self._last = b""
        self._whole: list[tuple[int, bytes]] = []  # complete subtrees: height and root

    def add(self, leaf: bytes) -> None:
        """Take the next one.

        Raises
        ------
        Invalid : ``duplicate_leaf`` (leaf), ``leaves_unsorted`` (leaf)
        """
        if leaf <= self._last:
            code = "duplicate_leaf" if leaf == self._last else "leaves_unsorted"
            raise Invalid(code, leaf=leaf.hex())
        self._last = leaf
        height, node = 0, _leaf_hash(leaf)
        while self._whole and self._whole[-1][0] == height:
            node = _node_hash(self._whole.pop()[1], node)
            height += 1
        self._whole.append((height, node))

    @property
    def root(self) -> bytes:
        """32 bytes, over what has come so far; of nothing the hash of nothing."""
        if not self._whole:
            return hashlib.sha256().digest()
        *above, (_, node) = self._whole
        for _, left in reversed(above):
            node = _node_hash(left, node)
        return node


def box_root(leaves: Iterable[bytes]) -> bytes:
    """Root over the sorted leaves: 32 bytes. Invalid ``duplicate_leaf``."""
    return sorted_tree(leaves).root


def verify_inclusion(
    entry: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes
) -> bool:
    """Whether the proof leads from the entry to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last = index, size - 1
    reached = _leaf_hash(entry)
    for sibling in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            reached = _node_hash(sibling, reached)
            while place % 2 == 0 and place:
                place >>= 1
                last >>= 1
        else:
            reached = _node_hash(reached, sibling)
        place >>= 1
        last >>= 1
    return last == 0 and reached == root
