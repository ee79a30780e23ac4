"""Half up, at four places, whatever the last digit of a quotient."""

from decimal import Decimal

import pytest

from surveys.scoring.rounding import component_points, shown, shown_whole, total_points


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("1.00005", "1.0001"),
        ("1.00004999", "1.0000"),
        ("-1.00005", "-1.0001"),
        ("1.0000499999999999999999999999999", "1.0001"),
        ("0", "0.0000"),
    ],
)
def test_half_goes_up_and_division_errors_do_not_pull_it_down(value: str, rounded: str) -> None:
    assert str(component_points(Decimal(value))) == rounded
    assert str(total_points(Decimal(value))) == rounded


def test_shown_figures_have_four_places() -> None:
    assert [shown(Decimal(2)), shown(Decimal("0.208335"))] == ["2.0000", "0.2083"]


@pytest.mark.parametrize(
    ("value", "text"), [("2", "2.0000"), ("0.208335", "0.208335"), ("1E+1", "10.0000")]
)
def test_exact_figures_keep_all_their_digits(value: str, text: str) -> None:
    assert shown_whole(Decimal(value)) == text
