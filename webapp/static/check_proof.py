# ruff: noqa: INP001
"""Check offline that a ballot is in the box: python3 check_proof.py proof.json [leaves.txt]

Compare the root it prints with the one in the close statement or the minutes, and the receipt
number with yours. With the published list, the root is worked out again from all its lines.
RFC 9162, 2.1: https://www.rfc-editor.org/rfc/rfc9162#section-2.1
"""

import json
import sys
from hashlib import sha256
from pathlib import Path


def parent(left: bytes, right: bytes) -> bytes:
    """Join two nodes."""
    return sha256(b"\1" + left + right).digest()


def root_of_proof(proof: dict) -> bytes:  # type: ignore[type-arg]
    """Walk from the leaf up to the root."""
    place, last = proof["index"], proof["size"] - 1
    node = sha256(b"\0" + bytes.fromhex(proof["leaf"])).digest()
    for sibling in map(bytes.fromhex, proof["proof"]):
        if place % 2 or place == last:
            node = parent(sibling, node)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            node = parent(node, sibling)
        place, last = place >> 1, last >> 1
    return node


def root_of_list(lines: list[str]) -> bytes:
    """Work the root out of the whole list, level by level."""
    level = [sha256(b"\0" + bytes.fromhex(line)).digest() for line in lines]
    while len(level) > 1:
        pairs = [parent(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def main(proof_file: str, leaves_file: str = "") -> int:
    """Say what comes out; 0 if everything fits."""
    proof = json.loads(Path(proof_file).read_text("utf-8"))
    roots = {root_of_proof(proof).hex(), proof["root"]}
    if leaves_file:
        lines = Path(leaves_file).read_text("ascii").split()
        roots.add(root_of_list(lines).hex())
        if lines[proof["index"]] != proof["leaf"] or len(lines) != proof["size"]:
            roots.add("the leaf does not stand in its place")
    fits = len(roots) == 1
    print("receipt", proof["receipt"])
    print("root   ", proof["root"])
    print("The ballot is in the box." if fits else "THE PROOF DOES NOT HOLD.")
    return 0 if fits else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
