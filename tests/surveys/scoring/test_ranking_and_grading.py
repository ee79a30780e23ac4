"""Places, seats, grades and colours, with the cases published for five places."""

from decimal import Decimal
from typing import Any

import pytest

from surveys.scoring.colours import Colour, colours_by_place
from surveys.scoring.grading import Candidate, Grading, grade_units
from surveys.scoring.inputs import Adjustment
from surveys.scoring.notes import NoteCode
from surveys.scoring.quotas import band_seats, ceiling_seats, proportional_seats
from surveys.scoring.ranking import competition_places
from surveys.scoring.scheme_parts import Colours, Grade, Quota
from surveys.scoring.schemes import Scheme
from surveys.scoring.score import score
from tests.surveys.scoring.worked_example import expected, liuyang, period, plain_unit

D = Decimal
BY_FOUR_AND_THREE = Colours(kind="places", green=D(4), red=D(3), min_units=7)
COLOUR_WORDS = {"绿": Colour.GREEN, "黄": Colour.YELLOW, "红": Colour.RED}


def places_of(figures: dict[str, str]) -> dict[str, int]:
    return competition_places({unit: (D(figure),) for unit, figure in figures.items()})


def with_grades(*grades: Grade) -> Scheme:
    return liuyang().model_copy(update={"grades": grades})


def grade(key: str, minimum: str | None = None, **quota: Any) -> Grade:
    rule = Quota(**{k: v if k == "kind" else D(v) for k, v in quota.items()}) if quota else None
    return Grade(key=key, zh=key, en=key, minimum=minimum and D(minimum), quota=rule)


def graded(scheme: Scheme, totals: dict[str, str]) -> Grading:
    places = places_of(totals)
    candidates = [Candidate(unit, D(total), places[unit]) for unit, total in totals.items()]
    return grade_units(scheme, candidates, n=len(totals))


@pytest.mark.parametrize("region", ["区", "县(市)"])
def test_equal_totals_share_a_place_and_the_next_is_left_out(region: str) -> None:
    sheet = expected("changsha")
    assert places_of(sheet["inputs"]["regions"][region]) == sheet["regions"][region]


def test_the_chain_of_tie_breaks_is_read_from_left_to_right() -> None:
    standings = {
        "a": (D(90), D(80), D(1)),
        "b": (D(90), D(81), D(0)),
        "c": (D(90), D(80), D(2)),
    }
    assert competition_places(standings) == {"b": 1, "c": 2, "a": 3}


def test_equal_units_are_told_apart_by_fewer_points_taken() -> None:
    taken = (Adjustment("deduction", D(1)), Adjustment("bonus", D(1)))
    scores = score(
        liuyang(), period(plain_unit("甲", "90", adjustments=taken), plain_unit("乙", "90"))
    )
    assert [(line.unit, line.place) for line in scores.lines] == [("乙", 1), ("甲", 2)]


def test_a_unit_without_a_place_takes_no_seat_of_a_quota() -> None:
    candidates = [Candidate("甲", D(99), None), *(Candidate(f"镇{i}", D(80), i) for i in (1, 2))]
    assert grade_units(liuyang(), candidates, n=4).grades["甲"] == "good"


@pytest.mark.parametrize(("n", "seats"), expected("jiuyuan")["excellent_cap"].items())
def test_not_above_thirty_per_cent_is_rounded_down(n: str, seats: int) -> None:
    assert ceiling_seats(D("0.30"), int(n)) == seats


@pytest.mark.parametrize(
    ("shares", "n", "seats"),
    [
        (("0.18", "0.76", "0.06"), 99, (18, 75, 6)),
        (("0.22", "0.74", "0.04"), 96, (21, 71, 4)),
        (("0.20", "0.70", "0.10"), 10, (2, 7, 1)),
        (("0.18", "0.76", "0.06"), 10, (2, 8, 0)),
        (("0.18", "0.76", "0.06"), 17, (3, 13, 1)),
    ],
)
def test_proportions_give_seats_by_largest_remainder(
    shares: tuple[str, ...], n: int, seats: tuple[int, ...]
) -> None:
    assert proportional_seats([D(share) for share in shares], n) == seats


@pytest.mark.parametrize(
    ("n", "band"),
    [
        *((n, None) for n in (1, 2, 3, 4, 7, 8, 9, 14)),
        *((n, (1, 1)) for n in (5, 6)),
        (10, (2, 2)),
        (15, (3, 3)),
        (20, (3, 4)),
        (33, (5, 6)),
        (99, (15, 19)),
    ],
)
def test_a_band_may_leave_no_whole_number(n: int, band: tuple[int, int] | None) -> None:
    assert band_seats(D("0.15"), D("0.20"), n) == band


def test_ten_departments_are_graded_by_proportion_as_published() -> None:
    sheet = expected("changsha")["departments"]
    scheme = with_grades(
        grade("一等", kind="proportion", share="0.20"),
        grade("二等", kind="proportion", share="0.70"),
        grade("三等", kind="proportion", share="0.10"),
    )
    found = graded(scheme, {unit: line["total"] for unit, line in sheet.items()})
    assert found.grades == {unit: line["grade"] for unit, line in sheet.items()}
    assert found.seats == expected("changsha")["seats"]


def test_ten_officials_with_a_tie_across_the_edge_are_graded_as_published() -> None:
    sheet = expected("jiuyuan")
    scheme = with_grades(
        grade("优秀", "90", kind="ceiling", share="0.30"),
        grade("良好", "75"),
        grade("一般", "60"),
        grade("较差"),
    )
    found = graded(scheme, {who: str(p) for who, p in sheet["inputs"]["registration"].items()})
    assert found.grades == {who: line["grade"] for who, line in sheet["registration"].items()}
    [question] = found.needs_decision
    assert question.units == ("干03", "干04")
    assert question.note.facts["n_seats_left"] == 1


def test_a_band_without_a_whole_number_needs_a_decision() -> None:
    scheme = with_grades(grade("优秀", kind="band", low="0.15", high="0.20"), grade("称职"))
    found = graded(scheme, {"a": "90", "b": "80"})
    assert set(found.grades.values()) == {"称职"}
    assert [q.note.code for q in found.needs_decision] == [NoteCode.NO_SEAT_FITS_BAND]


def test_a_band_takes_its_smallest_number_and_stretches_only_for_a_tie() -> None:
    scheme = with_grades(grade("优秀", kind="band", low="0.15", high="0.20"), grade("称职"))
    apart = {f"{i:02}": str(100 - i) for i in range(20)}
    assert list(graded(scheme, apart).grades.values()).count("优秀") == 3
    tied = apart | {"03": apart["02"]}
    assert list(graded(scheme, tied).grades.values()).count("优秀") == 4


def test_unused_seats_of_a_proportion_roll_down() -> None:
    scheme = with_grades(
        grade("一等", kind="proportion", share="0.25"),
        grade("二等", kind="proportion", share="0.50"),
        grade("三等", kind="proportion", share="0.25"),
    )
    found = graded(scheme, {"a": "90", "b": "90", "c": "80", "d": "70"})
    assert found.grades == {"a": "二等", "b": "二等", "c": "二等", "d": "三等"}


@pytest.mark.parametrize("tie", ["better", "worse"])
@pytest.mark.parametrize("name", list(expected("jiuyuan")["indicators"]))
def test_colours_of_ten_districts_are_those_published(name: str, tie: str) -> None:
    given, sheet = expected("jiuyuan")["inputs"], expected("jiuyuan")["indicators"][name]
    figures = given["indicators (values, responsible department)"][name][0].split()
    places = places_of(dict(zip(given["districts"], figures, strict=True)))
    rule = BY_FOUR_AND_THREE.model_copy(update={"tie": tie})
    words = sheet["colour" if tie == "better" else "colour_tie_worse"]
    assert places == sheet["rank"]
    assert colours_by_place(places, rule) == {d: COLOUR_WORDS[w] for d, w in words.items()}


@pytest.mark.parametrize(("n", "words"), expected("jiuyuan")["by_size"].items())
def test_red_wins_where_green_and_red_meet(n: str, words: list[str]) -> None:
    places = {str(place): place for place in range(1, int(n) + 1)}
    found = colours_by_place(places, BY_FOUR_AND_THREE)
    assert list(found.values()) == [COLOUR_WORDS[word] for word in words]


def test_a_field_too_small_for_the_rule_stays_grey() -> None:
    places = {str(place): place for place in range(1, 7)}
    assert set(colours_by_place(places, BY_FOUR_AND_THREE).values()) == {Colour.GREY}


def test_shares_of_ten_units_are_four_green_and_three_red() -> None:
    found = colours_by_place({str(i): i for i in range(1, 11)}, liuyang().colours)
    assert [found[str(i)] for i in (4, 5, 7, 8)] == ["green", "yellow", "yellow", "red"]
