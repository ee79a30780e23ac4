"""How long a ballot's fields take to become sealed bytes' content: parse, validate, pack.

Run: python -m benchmarks.answers
"""

import time
from collections.abc import Callable
from statistics import median
from typing import Final
from urllib.parse import urlencode

from benchmarks.ballot_form import of_items
from surveys.casting.answers import AnswerSheet
from surveys.casting.packing import BallotBody, pack
from webapp.citizen.arrival import PLAIN_FORM, Arrival, form_of
from webapp.citizen.forms import Sent

# Name, units on the ballot, items, and the limit in microseconds.
BALLOTS: Final = (("10 items", 1, 10, 100), ("60 units × 5 items", 60, 5, 500))
ROUNDS: Final = 300


def ballot(n_targets: int, n_items: int) -> Callable[[], bytes]:
    """What is done with one ballot, from the request's bytes to the packed body."""
    sheet = AnswerSheet(of_items(n_items), n_targets)
    fields = {name: "2" for row in sheet.names for name in row}
    page = {"csrf_token": "t" * 91, "code": "C" * 28, "nonce": "n" * 36, "batch": "7"}
    body = urlencode(page | fields).encode()

    def once() -> bytes:
        arrival = Arrival({"content-type": PLAIN_FORM}, body=body)
        answers = sheet.read(Sent(form_of(arrival)).answers)
        return pack(BallotBody(batch=7, answers=answers.packed, comments=answers.comments))

    return once


def spent(stage: Callable[[], object]) -> float:
    """Microseconds of CPU, the median of many."""
    taken = []
    for _ in range(ROUNDS):
        began = time.process_time_ns()
        stage()
        taken.append(time.process_time_ns() - began)
    return median(taken) / 1000


def main() -> None:
    """Print each ballot's time and its share of the limit."""
    for name, n_targets, n_items, limit in BALLOTS:
        taken = spent(ballot(n_targets, n_items))
        print(f"{name}: {taken:.0f} µs of {limit} µs, ratio {taken / limit:.2f}")


if __name__ == "__main__":
    main()
