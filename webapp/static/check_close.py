# ruff: noqa: INP001
"""Check offline who signed what a box held: python3 check_close.py close.json [leaves.txt]

Compare root, number and the officers' fingerprints with the paper minutes. With the published list,
number and root are worked out again from all its lines.
Signatures: Ed25519, https://www.rfc-editor.org/rfc/rfc8032#section-5.1
Root: https://www.rfc-editor.org/rfc/rfc9162#section-2.1
"""

import json
import sys
from base64 import b64decode
from hashlib import sha256, sha512
from pathlib import Path

SIGNERS = ("receipts", "officer_a", "officer_b")
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
BASE_Y = 4 * pow(5, -1, P) % P


def point_of(raw: bytes) -> tuple[int, int]:
    """Read a point; ValueError if there is none."""
    number = int.from_bytes(raw, "little")
    y, sign = number % 2**255, number >> 255
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if len(raw) != 32 or y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point of the curve")
    return (P - x if x % 2 != sign else x), y


def added(one: tuple[int, int], two: tuple[int, int]) -> tuple[int, int]:
    """Add two points."""
    (x1, y1), (x2, y2) = one, two
    t = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P
    return x, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P


def times(n: int, point: tuple[int, int]) -> tuple[int, int]:
    """Add a point n times."""
    total = (0, 1)
    while n:
        if n & 1:
            total = added(total, point)
        point, n = added(point, point), n >> 1
    return total


def is_signed(message: bytes, signature: bytes, key: bytes) -> bool:
    """Whether the key signed the message."""
    s = int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= ORDER:
        return False
    try:
        r, a = point_of(signature[:32]), point_of(key)
    except ValueError:
        return False
    k = int.from_bytes(sha512(signature[:32] + key + message).digest(), "little") % ORDER
    return times(s, point_of(BASE_Y.to_bytes(32, "little"))) == added(r, times(k, a))


def context(purpose: str, campaign: str) -> bytes:
    """What every signature begins with."""
    name = campaign.encode()
    return f"gongping|{purpose}|".encode() + len(name).to_bytes(2, "big") + name


def fingerprint(part: dict, campaign: str) -> str:  # type: ignore[type-arg]
    """A key's fingerprint, worked out of its bytes."""
    raw = b64decode(part["public"]) + b64decode(part.get("signing", ""))
    purpose = f"fingerprint-{part['role']}"
    digest = sha256(context(purpose, campaign) + bytes([part["suite"]]) + raw).digest()
    digits = f"{int.from_bytes(digest, 'big') % 10**30:030}"
    return " ".join(digits[start : start + 5] for start in range(0, 30, 5))


def root_of(lines: list[str]) -> str:
    """Work the root out of the whole list, level by level."""
    level = [sha256(b"\0" + bytes.fromhex(line)).digest() for line in lines]
    while len(level) > 1:
        pairs = [
            sha256(b"\1" + level[at] + level[at + 1]).digest() for at in range(0, len(level) - 1, 2)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return (level[0] if level else sha256().digest()).hex()


def main(close_file: str, leaves_file: str = "") -> int:
    """Say what comes out: 0 if all is well, 1 if a signature is missing, 2 if one is wrong."""
    close = json.loads(Path(close_file).read_text("utf-8"))
    statement = close["statement"]
    campaign = str(statement["campaign"]["id"])
    text = json.dumps(statement, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    message = context("close", campaign) + text.encode()
    parts = {part["role"]: part for part in statement["campaign"]["keys"]}
    values = {one["by"]: b64decode(one["value"]) for one in close["signatures"]}
    found = 0
    print("ballots", statement["n_envelopes"])
    print("root   ", statement["root"])
    for role in SIGNERS:
        key = b64decode(parts[role]["public" if role == "receipts" else "signing"])
        if role not in values:
            words, found = "MISSING", max(found, 1)
        elif is_signed(message, values[role], key):
            words = "signed"
        else:
            words, found = "THE SIGNATURE IS WRONG", 2
        print(f"{role:9} {words:8} key {fingerprint(parts[role], campaign)}")
    if leaves_file:
        lines = Path(leaves_file).read_text("ascii").split()
        fits = root_of(lines) == statement["root"] and len(lines) == statement["n_envelopes"]
        fits = fits and lines == sorted(set(lines))
        print("The list leads to this root." if fits else "THE LIST IS ANOTHER ONE.")
        found = found if fits else 2
    return found


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
