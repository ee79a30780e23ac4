"""From places to grades: seats, thresholds, caps, and ties that straddle the edge of a quota."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from surveys.scoring.lines import OpenQuestion
from surveys.scoring.notes import NoteCode, note
from surveys.scoring.quotas import band_seats, ceiling_seats, proportional_seats
from surveys.scoring.scheme_parts import Grade, Quota
from surveys.scoring.schemes import Level


@dataclass(frozen=True)
class Candidate:
    """A unit about to be graded; ``best`` is the best grade position a cap leaves it (0 = top).

    Without a ``place`` (vetoed) it takes part in no quota, only in thresholds. ``claim`` is the
    merit quota of the team's grade, which a quota of kind ``team`` adds up.
    """

    unit: str
    total: Decimal
    place: int | None
    best: int = 0
    claim: Decimal = Decimal(0)


@dataclass(frozen=True)
class Seats:
    """Seats of a grade: ``n`` by default, up to ``most`` where that keeps a tie together."""

    n: int
    most: int


@dataclass(frozen=True)
class Grading:
    """Seats by grade, the grade of every unit, and what the rules leave open."""

    seats: dict[str, int]
    grades: dict[str, str]
    needs_decision: tuple[OpenQuestion, ...]


def grade_units(scheme: Level, candidates: Iterable[Candidate], *, n: int) -> Grading:
    """Fill the grades from the best down; whoever is left gets the last one, if there is any.

    ``n`` is the quota base, vetoed units included. In a tied block that straddles the last seat
    nobody gets the higher grade: the case goes to the committee.
    """
    candidates = tuple(candidates)
    claim = sum((candidate.claim for candidate in candidates), Decimal(0))
    seats, questions = _seats(scheme.grades, n, claim)
    left = sorted(candidates, key=lambda c: (c.place is None, c.place or 0, c.unit))
    grades: dict[str, str] = {}
    for position, grade in enumerate(scheme.grades[:-1]):
        eligible = [c for c in left if _reaches(c, grade, position)]
        room = _room(scheme.grades, position, seats, grades)
        chosen, tied = _fill(eligible, room)
        if tied:
            left_over = note(
                NoteCode.TIE_STRADDLES_QUOTA,
                grade=grade.key,
                n_seats_left=(room.n if room else 0) - len(chosen),
                n_tied=len(tied),
            )
            questions.append(OpenQuestion(left_over, tuple(c.unit for c in tied)))
        grades |= {c.unit: grade.key for c in chosen}
        left = [c for c in left if c.unit not in grades]
    for last in scheme.grades[-1:]:
        grades |= {c.unit: last.key for c in left}
    return Grading({key: found.n for key, found in seats.items()}, grades, tuple(questions))


def threshold_grade(scheme: Level, total: Decimal) -> str:
    """Grade by thresholds alone, as if every quota were open."""
    for grade in scheme.grades[:-1]:
        if grade.minimum is None or total >= grade.minimum:
            return grade.key
    return scheme.grades[-1].key


def _seats(
    grades: Sequence[Grade], n: int, claim: Decimal
) -> tuple[dict[str, Seats], list[OpenQuestion]]:
    seats: dict[str, Seats] = {}
    questions: list[OpenQuestion] = []
    for grade, found in zip(grades, _found_seats(grades, n, claim), strict=True):
        if grade.quota is None:
            continue
        if found is None:
            none_fits = note(NoteCode.NO_SEAT_FITS_BAND, grade=grade.key, n=n)
            questions.append(OpenQuestion(none_fits, ()))
        seats[grade.key] = found or Seats(0, 0)
    return seats, questions


def _found_seats(grades: Sequence[Grade], n: int, claim: Decimal) -> list[Seats | None]:
    """Seats of every grade; None without a quota, or where no whole number fits its band."""
    shares = [
        grade.quota.share
        for grade in grades
        if grade.quota is not None and grade.quota.kind == "proportion"
    ]
    whole = list(proportional_seats([share for share in shares if share is not None], n))
    if shares:
        _give_at_least_one(whole, [grade.quota for grade in grades], n)
        return [Seats(count, count) for count in whole]
    return [None if grade.quota is None else _limited(grade.quota, n, claim) for grade in grades]


def _give_at_least_one(whole: list[int], quotas: Sequence[Quota | None], n: int) -> None:
    """Where the rules force a seat, the grade with the most seats gives it up."""
    for position, quota in enumerate(quotas):
        forced = quota.at_least_one_from if quota is not None else None
        if forced is not None and n >= forced and whole[position] == 0 and max(whole) > 1:
            whole[whole.index(max(whole))] -= 1
            whole[position] = 1


def _limited(quota: Quota, n: int, claim: Decimal) -> Seats | None:
    if quota.kind == "band":
        band = band_seats(quota.low or Decimal(0), quota.high or Decimal(0), n)
        if band is None:
            return None
        return Seats(band[1], band[1]) if quota.take == "most" else Seats(*band)
    share = quota.share or Decimal(0)
    whole = int(claim) if quota.kind == "team" else ceiling_seats(share, n)
    forced = quota.at_least_one_from
    if forced is not None and n >= forced:
        whole = max(whole, 1)
    return Seats(whole, whole)


def _reaches(candidate: Candidate, grade: Grade, position: int) -> bool:
    if position < candidate.best or (grade.quota is not None and candidate.place is None):
        return False
    return grade.minimum is None or candidate.total >= grade.minimum


def _room(
    grades: Sequence[Grade], position: int, seats: dict[str, Seats], given: dict[str, str]
) -> Seats | None:
    """Return the seats open in this grade; unused shares of better grades roll down."""
    quota = grades[position].quota
    if quota is None:
        return None
    own = seats[grades[position].key]
    if quota.kind != "proportion":
        return own
    better = sum(
        seats[grade.key].n
        for grade in grades[:position]
        if grade.quota is not None and grade.quota.kind == "proportion"
    )
    open_seats = max(better + own.n - len(given), 0)
    return Seats(open_seats, open_seats)


def _fill(
    eligible: Sequence[Candidate], room: Seats | None
) -> tuple[list[Candidate], list[Candidate]]:
    """Who gets a seat, and the tied block that straddles the last one, if any."""
    if room is None:
        return list(eligible), []
    chosen: list[Candidate] = []
    for _, tied in groupby(eligible, key=lambda c: c.place):
        block = list(tied)
        if len(chosen) >= room.n:
            return chosen, []
        if len(chosen) + len(block) > room.most:
            return chosen, block
        chosen += block
    return chosen, []
