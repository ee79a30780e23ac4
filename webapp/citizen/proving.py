"""Proof of work, asked of a poster's ballots if the campaign wants it, and of who guesses codes.

Who sends none is let in slowly: a browser without scripts cannot prove anything.
"""

from math import ceil
from time import monotonic
from typing import Final

from flask import current_app, request

from surveys.casting.papers import Paper
from surveys.casting.proofs import BITS, N_RIDDLES, Challenger
from surveys.casting.throttling import WITHOUT_PROOF, WRONG_CODES, Allowance, Throttle
from surveys.errors import Refused
from webapp.citizen.blueprint import citizen
from webapp.citizen.forms import CodeForm
from webapp.citizen.voters import browser
from webapp.context import config, now

# The answer's header with a fresh challenge; the page's script goes on with it.
HEADER: Final = "Gongping-Challenge"
_EXTENSION: Final = "gongping_throttles"


@citizen.context_processor
def rule_of_the_work() -> dict[str, int]:
    """What the pages tell their script."""
    return {"N_RIDDLES": N_RIDDLES, "BITS": BITS}


def fresh_challenge() -> str:
    """A challenge for the present browser, which has its page cookie already."""
    return _challenger().challenge(browser=browser().cookie, now=now().timestamp())


def is_proved(form: CodeForm) -> bool:
    """Whether the form holds a proof for its code."""
    challenge, proof = form.challenge.data or "", form.proof.data or ""
    return bool(proof) and _challenger().proved(
        challenge,
        proof,
        code=form.code.data or "",
        browser=browser().cookie,
        now=now().timestamp(),
    )


def require_proof(paper: Paper, form: CodeForm) -> None:
    """Let a ballot go on whose phone did the work its poster asks for.

    Raises
    ------
    Refused : ``too_many_without_proof`` (seconds)
    """
    if not paper.proof_of_work or is_proved(form):
        return
    if seconds := _seconds_to_wait(WITHOUT_PROOF):
        raise Refused("too_many_without_proof", seconds=seconds)


def seconds_after_refusal(*, wrong_code: bool) -> int:
    """Count a wrong code against its network; 0 while it may go on, or who sent it proves work.

    Other refusals are not counted and never wait, but take the same time: the clock shall not tell
    a guesser of a code that is used or void.
    """
    proved = is_proved(CodeForm())
    return _seconds_to_wait(WRONG_CODES, n=int(wrong_code and not proved))


def _challenger() -> Challenger:
    return Challenger(config().secret_key)


def _seconds_to_wait(allowance: Allowance, *, n: int = 1) -> int:
    throttles: dict[Allowance, Throttle] = current_app.extensions.setdefault(_EXTENSION, {})
    throttle = throttles.get(allowance)
    if throttle is None:
        throttle = throttles.setdefault(allowance, Throttle(allowance, now=monotonic()))
    return ceil(throttle.take(request.remote_addr or "", now=monotonic(), n=n))
