"""Whatever bytes arrive as a ballot: an answer in words, never a fault of ours."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.webapp.citizen.conftest import Voter

SERVER_FAULT = 500
FORM = "application/x-www-form-urlencoded"
SUPPRESSED = [HealthCheck.function_scoped_fixture]
PIECES = st.sampled_from(
    [b"a0_0=1", b"a0_1=", b"&", b"=", b"%", b"%ff", b"%00", b"c0=", b"d0=1", b"a0_6=9", b"a0_0_1=1"]
)


@pytest.fixture
def head(voter: Voter) -> bytes:
    """The fields of the page that let a ballot be read at all."""
    return urlencode(voter.fields()).encode() + b"&"


@pytest.fixture
def send(voter: Voter) -> Callable[[bytes], int]:
    """Sends a body; returns the status."""

    def sent(body: bytes) -> int:
        return voter.client.post("/b/ballot", data=body, content_type=FORM).status_code

    return sent


@settings(max_examples=60, deadline=None, suppress_health_check=SUPPRESSED)
@given(st.binary(max_size=200) | st.lists(PIECES, max_size=20).map(b"".join))
def test_any_bytes_behind_a_good_head_are_answered(
    send: Callable[[bytes], int], head: bytes, tail: bytes
) -> None:
    assert send(head + tail) < SERVER_FAULT


@settings(max_examples=40, deadline=None, suppress_health_check=SUPPRESSED)
@given(st.binary(max_size=300))
def test_any_bytes_at_all_are_answered(send: Callable[[bytes], int], body: bytes) -> None:
    assert send(body) < SERVER_FAULT
