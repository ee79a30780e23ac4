"""`gongping verify`: says plainly who signed, and ends with a status that a program can read."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from surveys.casting.receipts import leaf
from surveys.opening.key_kinds import Role
from surveys.opening.signed_close import CloseStatement
from tests.surveys.opening.closes import close_of, signers
from tests.surveys.opening.conftest import Campaign, campaign_named
from webapp.commands import gongping

Verify = Callable[..., Result]
CAMPAIGN = campaign_named("7")
ENVELOPES = [CAMPAIGN.seal(bytes([n])) for n in range(3)]


@pytest.fixture
def verify(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Verify:
    """Calls it in a folder with the published list and officer A's public part."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    lines = sorted(leaf(envelope).hex() for envelope in ENVELOPES)
    Path("leaves.txt").write_text("".join(f"{line}\n" for line in lines))
    keep_part(CAMPAIGN)
    keep(signed())

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(gongping, ["verify", "close.json", *arguments])

    return call


def signed() -> CloseStatement:
    close = close_of(CAMPAIGN.ring, ENVELOPES, campaign="7")
    for key in signers(CAMPAIGN.keys):
        close = close.signed(key)
    return close


def keep(close: CloseStatement) -> None:
    Path("close.json").write_bytes(close.document())


def keep_part(campaign: Campaign) -> None:
    part = campaign.keys[Role.OFFICER_A].public_part
    Path("a.public.json").write_text(json.dumps(part.as_json()))


def test_three_good_signatures_and_the_list_pass(verify: Verify) -> None:
    done = verify("--leaves", "leaves.txt", "--part", "a.public.json")
    assert (done.exit_code, done.output.count(": signed")) == (0, 3)


def test_a_missing_signature_is_named(verify: Verify) -> None:
    close = signed()
    others = dict(close.signatures)
    del others[Role.OFFICER_B]
    keep(replace(close, signatures=others))
    done = verify()
    assert (done.exit_code, "Officer B: MISSING" in done.output) == (1, True)


def test_a_changed_statement_fits_no_signature(verify: Verify) -> None:
    close = signed()
    keep(replace(close, statement={**close.statement, "n_envelopes": 4}))
    done = verify()
    assert (done.exit_code, done.output.count("WRONG")) == (2, 3)


def test_another_list_is_noticed(verify: Verify) -> None:
    lines = Path("leaves.txt").read_text().splitlines()
    Path("leaves.txt").write_text("\n".join(lines[:-1]))
    assert verify("--leaves", "leaves.txt").exit_code == 2


def test_a_whole_close_under_other_keys_is_noticed_by_the_officers_part(verify: Verify) -> None:
    keep_part(campaign_named("7", suite=2))
    done = verify("--part", "a.public.json")
    assert (done.exit_code, "IS NOT the one" in done.output) == (2, True)


def test_what_is_no_close_is_refused_in_words(verify: Verify) -> None:
    Path("close.json").write_text("{}")
    done = verify()
    assert (done.exit_code, "cannot be read" in done.output) == (2, True)
