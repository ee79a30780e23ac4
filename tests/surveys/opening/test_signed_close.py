"""close.json on an auditor's machine: three signatures, none of which can be made up."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import webapp
from surveys.casting.receipts import leaf
from surveys.errors import Invalid
from surveys.opening.keys import Role
from surveys.opening.signed_close import CloseStatement, Standing, close_from_document
from tests.surveys.opening.closes import close_of, signers
from tests.surveys.opening.conftest import Campaign, campaign_named

CHECK = Path(webapp.__file__).parent / "static" / "check_close.py"
GOOD, MISSING, WRONG = Standing.GOOD, Standing.MISSING, Standing.WRONG
A, B = Role.OFFICER_A, Role.OFFICER_B
NO_KEYS = (
    b'{"statement": {"campaign": {"id": 7, "keys": [3]}, "root": "", "n_envelopes": 0},'
    b' "signatures": []}'
)
Change = Callable[[CloseStatement], CloseStatement]


@pytest.fixture(scope="module")
def envelopes(campaign: Campaign) -> list[bytes]:
    return [campaign.seal(bytes([n])) for n in range(5)]


@pytest.fixture(scope="module")
def whole(campaign: Campaign, envelopes: list[bytes]) -> CloseStatement:
    """Signed by all three."""
    close = close_of(campaign.ring, envelopes, campaign=campaign.name)
    for key in signers(campaign.keys):
        close = close.signed(key)
    return close


def without(role: Role) -> Change:
    return lambda close: replace(
        close, signatures={one: value for one, value in close.signatures.items() if one != role}
    )


def with_signature(role: Role, value: bytes) -> Change:
    return lambda close: replace(close, signatures={**close.signatures, role: value})


def stating(**facts: object) -> Change:
    return lambda close: replace(close, statement={**close.statement, **facts})


def forged(role: Role) -> Change:
    """Signed by a key of the same officer in another campaign."""
    key = campaign_named("8").keys[role]
    return lambda close: with_signature(role, key.signing_key().sign(close.signed_bytes))(close)


def of_other_campaign(close: CloseStatement) -> CloseStatement:
    """With a signature that the same secret made over the same box under another number."""
    key = campaign_named("7").keys[A]
    named = {**close.statement, "campaign": {**close.statement["campaign"], "id": 8}}
    signature = key.signing_key().sign(CloseStatement(named).signed_bytes)
    return with_signature(A, signature)(close)


def swapped(close: CloseStatement) -> CloseStatement:
    """Each officer's signature stands under the other's name."""
    return replace(
        close, signatures={**close.signatures, A: close.signatures[B], B: close.signatures[A]}
    )


CHANGES = [
    pytest.param(lambda close: close, [GOOD, GOOD, GOOD], id="as it was signed"),
    pytest.param(without(A), [GOOD, MISSING, GOOD], id="without officer A's"),
    pytest.param(without(B), [GOOD, GOOD, MISSING], id="without officer B's"),
    pytest.param(without(Role.RECEIPTS), [MISSING, GOOD, GOOD], id="without the server's"),
    pytest.param(forged(A), [GOOD, WRONG, GOOD], id="officer A's forged"),
    pytest.param(forged(B), [GOOD, GOOD, WRONG], id="officer B's forged"),
    pytest.param(forged(Role.RECEIPTS), [WRONG, GOOD, GOOD], id="the server's forged"),
    pytest.param(of_other_campaign, [GOOD, WRONG, GOOD], id="officer A's of another campaign"),
    pytest.param(swapped, [GOOD, WRONG, WRONG], id="officers' swapped"),
    pytest.param(with_signature(B, b""), [GOOD, GOOD, WRONG], id="officer B's empty"),
    pytest.param(stating(root="00" * 32), [WRONG] * 3, id="another root"),
    pytest.param(stating(n_envelopes=6), [WRONG] * 3, id="another number"),
]


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_each_signature_is_held_against_its_key(
    whole: CloseStatement, change: Change, expected: list[Standing]
) -> None:
    read = close_from_document(change(whole).document())
    assert list(read.standings().values()) == expected


@pytest.mark.parametrize(("change", "expected"), CHANGES)
def test_the_check_that_needs_only_python_finds_the_same(
    whole: CloseStatement, change: Change, expected: list[Standing], tmp_path: Path
) -> None:
    (tmp_path / "close.json").write_bytes(change(whole).document())
    done = checked(tmp_path, "close.json")
    words = {GOOD: "signed", MISSING: "MISSING", WRONG: "THE SIGNATURE IS WRONG"}
    lines = [line for line in done.stdout.splitlines() if " key " in line]
    shown = [words[standing] in line for standing, line in zip(expected, lines, strict=True)]
    status = 2 if WRONG in expected else 1 if MISSING in expected else 0
    assert (done.returncode, shown, done.stderr) == (status, [True] * 3, "")


def checked(folder: Path, *names: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", str(CHECK), *names]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_it_shows_the_fingerprints_that_officers_read_out(
    campaign: Campaign, whole: CloseStatement, tmp_path: Path
) -> None:
    (tmp_path / "close.json").write_bytes(whole.document())
    said = checked(tmp_path, "close.json").stdout
    assert all(key.fingerprint in said for key in signers(campaign.keys))


@pytest.mark.parametrize(("n_left_out", "status"), [(0, 0), (1, 2)])
def test_the_list_is_held_against_the_signed_root(
    whole: CloseStatement, envelopes: list[bytes], tmp_path: Path, n_left_out: int, status: int
) -> None:
    lines = sorted(leaf(envelope).hex() for envelope in envelopes)[n_left_out:]
    (tmp_path / "close.json").write_bytes(whole.document())
    (tmp_path / "leaves.txt").write_text("\n".join(lines))
    assert checked(tmp_path, "close.json", "leaves.txt").returncode == status


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b'{"statement": {}, "signatures": []}',
        b'{"statement": {"campaign": {"id": 7, "keys": [3]}, "root": "", "n_envelopes": 0}}',
        NO_KEYS,
        b"\xff",
    ],
)
def test_what_is_no_close_statement_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="close_unreadable"):
        close_from_document(data)


@pytest.mark.parametrize("field", ["by", "algorithm", "value"])
def test_a_strange_signature_is_refused(whole: CloseStatement, field: str) -> None:
    facts = json.loads(whole.document())
    facts["signatures"][0][field] = "?"
    with pytest.raises(Invalid, match="close_unreadable"):
        close_from_document(json.dumps(facts).encode())


def test_a_signer_signs_once(whole: CloseStatement) -> None:
    facts = json.loads(whole.document())
    facts["signatures"].append(facts["signatures"][0])
    with pytest.raises(Invalid, match="close_unreadable"):
        close_from_document(json.dumps(facts).encode())
