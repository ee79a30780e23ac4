"""Who waits in vain is told so, and after that nobody waits until a seat was free again."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from surveys.database.waiting import WaitingRoom

PATIENCE = 0.2


def seconds_to_refusal(room: WaitingRoom) -> float:
    """How long one waits in vain."""
    began = time.monotonic()
    with pytest.raises(PoolTimeout), room.seat():
        pass
    return time.monotonic() - began


def test_who_finds_a_seat_waits_for_nobody() -> None:
    room = WaitingRoom(2, patience=PATIENCE)
    with room.seat(), room.seat():
        pass


def test_the_first_waits_in_vain_and_the_next_is_told_at_once() -> None:
    room = WaitingRoom(1, patience=PATIENCE)
    with room.seat():
        assert seconds_to_refusal(room) >= PATIENCE
        assert seconds_to_refusal(room) < PATIENCE / 2


def test_waiting_is_worth_while_again_once_somebody_was_served() -> None:
    room = WaitingRoom(1, patience=PATIENCE)
    with room.seat():
        seconds_to_refusal(room)
    with room.seat():
        assert seconds_to_refusal(room) >= PATIENCE


def test_a_seat_freed_by_a_timeout_makes_waiting_no_better() -> None:
    room = WaitingRoom(1, patience=PATIENCE)
    with pytest.raises(OperationalError), room.seat():
        raise OperationalError("SELECT", None, Exception())
    with room.seat():
        assert seconds_to_refusal(room) < PATIENCE / 2


def test_a_seat_that_becomes_free_in_time_is_taken() -> None:
    room = WaitingRoom(1, patience=5)

    def sit(seconds: float) -> None:
        with room.seat():
            time.sleep(seconds)

    with ThreadPoolExecutor(4) as guests:
        list(guests.map(sit, [0.02] * 8))


def test_an_error_gives_the_seat_back() -> None:
    room = WaitingRoom(1, patience=PATIENCE)
    with pytest.raises(ValueError, match="inside"), room.seat():
        raise ValueError("inside")
    with room.seat():
        pass
