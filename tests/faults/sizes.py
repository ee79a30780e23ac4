"""Each harness runs twice: small in every run of the tests, whole in `make faults`."""

from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

Size = TypeVar("Size")


def sizes(fast: Size, full: Size) -> list[ParameterSet]:
    """Parameters for a fast and a full run."""
    return [
        pytest.param(fast, id="fast"),
        pytest.param(full, id="full", marks=(pytest.mark.faults, pytest.mark.slow)),
    ]
