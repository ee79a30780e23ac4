"""A plugin of pytest: writes down, a line for each step of a test, what became of it.

`make faults` loads it into every run; nobody else does.
"""

import json
from pathlib import Path

import pytest

from tests.faults.conftest import FIGURE


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where to."""
    parser.addoption("--told", type=Path, required=True, help="a file of lines in JSON")


def pytest_configure(config: pytest.Config) -> None:
    """Begin."""
    config.pluginmanager.register(Teller(config.getoption("told")))


class Teller:
    """Writes the lines."""

    def __init__(self, told: Path) -> None:
        self._told = told

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Set-up, call or teardown of a test is over."""
        figures = [value for name, value in report.user_properties if name == FIGURE]
        line = {
            "test": report.nodeid.rpartition("::")[2],
            "when": report.when,
            "outcome": report.outcome,
            "seconds": report.duration,
            "figures": figures if report.when == "call" else [],
            "reason": report.longrepr[2] if isinstance(report.longrepr, tuple) else "",
        }
        with self._told.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
