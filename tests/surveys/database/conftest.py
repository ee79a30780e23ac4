"""The households in which the embedded server is tried."""

import os
from collections.abc import Iterator

import pytest

from surveys.database.embedded import start, stop
from tests.surveys.database.households import (
    Household,
    clear,
    furnish,
    may_be_entered,
    ordinary_uid,
)


@pytest.fixture(scope="session", params=["root", "ordinary user"])
def template_household(request: pytest.FixtureRequest) -> Iterator[Household]:
    if request.param == "root" and os.geteuid() != 0:
        pytest.skip("not root: the embedded server is tried as an ordinary user only")
    uid = 0 if request.param == "root" else ordinary_uid()
    household = Household(uid, may_be_entered(uid))
    household.call(start, household.data_dir)
    household.call(stop, household.data_dir)
    yield household
    clear(household)


@pytest.fixture
def household(template_household: Household) -> Iterator[Household]:
    """Root, then an ordinary user, with a stopped cluster."""
    household = furnish(template_household)
    yield household
    clear(household)


@pytest.fixture
def empty_household(template_household: Household) -> Iterator[Household]:
    """Root, then an ordinary user, with nothing yet."""
    household = Household(template_household.uid, may_be_entered(template_household.uid))
    yield household
    clear(household)


@pytest.fixture
def tenants_household() -> Iterator[Household]:
    """An ordinary user with nothing yet, on a machine where we are root."""
    if os.geteuid() != 0:
        pytest.skip("needs root and an ordinary user")
    household = Household(ordinary_uid(), may_be_entered(ordinary_uid()))
    yield household
    clear(household)


@pytest.fixture
def roots_household() -> Iterator[Household]:
    """Root with nothing yet."""
    if os.geteuid() != 0:
        pytest.skip("only root runs the server as somebody else")
    household = Household(0, may_be_entered(0))
    yield household
    clear(household)
