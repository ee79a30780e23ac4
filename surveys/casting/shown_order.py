"""In which order a page shows the units of a ballot; the bytes keep the batch's order."""

import hashlib

from surveys.setup.questionnaires import QuestionnaireContent


def shown_order(content: QuestionnaireContent, *, n_targets: int, nonce: str) -> tuple[int, ...]:
    """Places of the targets as a page shows them, the same again for the same nonce.

    A form with `random_order` shuffles them by the nonce that the page drew and repeats with every
    attempt, so a reload and a second try show the same page, and nobody is always first.
    """
    places = range(n_targets)
    if not content.random_order:
        return tuple(places)

    def drawn(place: int) -> bytes:
        return hashlib.sha256(f"gongping|order|{place}|{nonce}".encode()).digest()

    return tuple(sorted(places, key=drawn))
