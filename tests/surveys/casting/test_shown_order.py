"""Units in another order on every ballot."""

from collections import Counter

from surveys.casting.shown_order import shown_order
from tests.surveys.casting.forms import DEMOCRATIC

SHUFFLED = DEMOCRATIC.model_copy(update={"random_order": True})


def test_a_form_keeps_the_batchs_order_where_it_does_not_say_otherwise() -> None:
    assert shown_order(DEMOCRATIC, n_targets=4, nonce="a" * 36) == (0, 1, 2, 3)


def test_the_same_page_has_the_same_order_again() -> None:
    first = shown_order(SHUFFLED, n_targets=20, nonce="a" * 36)
    assert first == shown_order(SHUFFLED, n_targets=20, nonce="a" * 36)
    assert sorted(first) == list(range(20))
    assert first != shown_order(SHUFFLED, n_targets=20, nonce="b" * 36)


def test_every_unit_comes_first_about_equally_often() -> None:
    firsts = Counter(shown_order(SHUFFLED, n_targets=4, nonce=f"nonce-{n}")[0] for n in range(4000))
    assert all(880 < n < 1120 for n in firsts.values())
