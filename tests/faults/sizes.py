"""Each harness runs twice: small in every run of the tests, whole in `make faults`."""

from typing import TypeVar

import pytest
from _pytest.mark import ParameterSet

Size = TypeVar("Size")


def sizes(fast: Size, *full: Size) -> list[ParameterSet]:
    """Parameters for a fast and a full run; the full one may come in parts: full1, full2 …"""
    names = ["full"] if len(full) == 1 else [f"full{n}" for n in range(1, len(full) + 1)]
    return [
        pytest.param(fast, id="fast"),
        *(
            pytest.param(part, id=name, marks=(pytest.mark.faults, pytest.mark.slow))
            for name, part in zip(names, full, strict=True)
        ),
    ]
