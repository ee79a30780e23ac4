"""A proof is good for one code in one browser, for a while; and it costs work."""

import hashlib

import pytest

from surveys.casting.proofs import (
    LIFETIME_SECONDS,
    N_RIDDLES,
    SKEW_SECONDS,
    Challenger,
    is_solved,
    seed_of,
    solve,
)

NOON = 1_772_443_800.5
CODE = "0123-4567"
EASY = Challenger(b"secret" * 6, bits=6)
CHALLENGE = EASY.challenge(browser="anna", now=NOON)
PROOF = solve(seed_of(CHALLENGE, CODE), bits=6)


def proved(
    challenge: str = CHALLENGE,
    proof: str = PROOF,
    *,
    code: str = CODE,
    browser: str = "anna",
    now: float = NOON,
    challenger: Challenger = EASY,
) -> bool:
    return challenger.proved(challenge, proof, code=code, browser=browser, now=now)


def test_who_did_the_work_has_proved_it() -> None:
    assert proved()
    assert proved(now=NOON + LIFETIME_SECONDS - 1)


def test_a_proof_is_good_for_one_code_in_one_browser() -> None:
    assert not proved(code="0123-4568")
    assert not proved(browser="bert")


def test_a_proof_grows_old() -> None:
    assert not proved(now=NOON + LIFETIME_SECONDS + 1)


def test_a_challenge_from_the_future_is_refused() -> None:
    assert proved(now=NOON - SKEW_SECONDS / 2)
    assert not proved(now=NOON - 2 * SKEW_SECONDS)


def test_a_challenge_is_made_by_us_alone() -> None:
    made, _, mac = CHALLENGE.partition(".")
    younger = f"{int(made, 16) + 3600:x}.{mac}"
    assert not proved(younger, solve(seed_of(younger, CODE), bits=6))
    assert not proved(challenger=Challenger(b"another" * 5, bits=6))


@pytest.mark.parametrize("challenge", ["", ".", "nonsense", "ffff.", "ü.ü", "g.AAAA"])
def test_what_is_no_challenge_is_refused(challenge: str) -> None:
    assert not proved(challenge)


@pytest.mark.parametrize(
    "proof",
    [
        "",
        PROOF.rpartition(".")[0],
        f"{PROOF}.1",
        PROOF.replace(".", ","),
        ".".join(["-1"] * N_RIDDLES),
        ".".join(["4294967296"] * N_RIDDLES),
        ".".join(["٣"] * N_RIDDLES),
        ".".join(["0" * 40] * N_RIDDLES),
        ".".join(reversed(PROOF.split("."))),
    ],
)
def test_what_is_no_proof_is_refused(proof: str) -> None:
    assert not proved(proof=proof)


def test_a_number_solves_its_riddle_as_the_rule_says() -> None:
    seed = bytes(range(32))
    numbers = [int(number) for number in solve(seed, bits=8).split(".")]
    heads = [
        hashlib.sha256(seed + bytes((riddle,)) + number.to_bytes(4)).digest()[0]
        for riddle, number in enumerate(numbers)
    ]
    assert heads == [0] * N_RIDDLES


def test_easy_work_does_not_pass_for_the_usual() -> None:
    seed = bytes(range(32))
    assert not is_solved(seed, solve(seed, bits=8))
