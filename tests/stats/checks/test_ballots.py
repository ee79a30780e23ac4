"""What Ballots refuses."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from stats.ballots import Ballots

GOOD: Mapping[str, Any] = {
    "ballot": np.array([0, 0, 1]),
    "unit": np.array([0, 1, 0]),
    "group": np.array([0, 0, 0]),
    "answers": np.array([[5], [4], [0]], dtype=np.uint8),
    "levels": 5,
    "n_units": 2,
}


def test_counts_come_from_the_arrays() -> None:
    ballots = Ballots(**GOOD)
    assert (ballots.n_ballots, ballots.n_rows, ballots.n_items) == (2, 3, 1)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ballot", np.array([0, 0, 2])),
        ("unit", np.array([0, 2, 0])),
        ("group", np.array([0, -1, 0])),
        ("answers", np.array([[6], [4], [0]], dtype=np.uint8)),
        ("levels", 1),
        ("home", np.array([0])),
        ("seconds", np.array([1.0])),
        ("category", np.array([0, 0, 0])),
        ("network", np.array([0.5, 1.5])),
    ],
)
def test_an_error_names_the_argument(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=f"^{name}:"):
        Ballots(**{**GOOD, name: value})
