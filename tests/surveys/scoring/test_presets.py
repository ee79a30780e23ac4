"""Every published result of five places comes out of workbooks, to four places."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from surveys.scoring.converting import convert_field
from surveys.scoring.inputs import Indicator, PeriodInputs, Reading
from surveys.scoring.lines import Scores, UnitLine
from surveys.scoring.notes import ConsequenceCode
from surveys.scoring.rounding import shown
from surveys.scoring.schemes import Level, Scheme, preset, preset_text, scheme_from_toml
from surveys.scoring.score import score
from surveys.scoring.sections import section_lines
from surveys.scoring.validators import tagged_share
from surveys.scoring.workbook import read_inputs
from tests.surveys.scoring import example_workbooks as examples
from tests.surveys.scoring.example_workbook import Sheets, as_workbook
from tests.surveys.scoring.worked_example import expected

D = Decimal
COLOURS = {"绿": "green", "黄": "yellow", "红": "red"}


def changsha_scheme() -> Scheme:
    """The example's proportions are 20/70/10 %, not those of the preset."""
    text = preset_text("changsha")
    shares = {"0.18": "0.20", "0.76": "0.70", "0.06": "0.10"}
    for old, new in shares.items():
        text = text.replace(f'"proportion", share = "{old}"', f'"proportion", share = "{new}"')
    return scheme_from_toml(text)


SHEETS: dict[str, Callable[[], Sheets]] = {
    "changsha": examples.changsha_sheets,
    "ankang": examples.ankang_sheets,
    "ankang_year": examples.ankang_year_sheets,
    "changchun": examples.changchun_sheets,
    "changchun_quarter": examples.changchun_quarter_sheets,
    "jiuyuan": examples.jiuyuan_sheets,
}


def scheme_of(place: str) -> Scheme:
    return changsha_scheme() if place == "changsha" else preset(place)


@cache
def inputs_of(place: str) -> PeriodInputs:
    return read_inputs(scheme_of(place), as_workbook(SHEETS[place]()))


@cache
def scores_of(place: str) -> Scores:
    return score(scheme_of(place), inputs_of(place))


def persons_of(place: str) -> Scores:
    found = scores_of(place).persons
    assert found is not None
    return found


def points(line: UnitLine, key: str) -> str:
    return shown(line.arithmetic.component(key).points or D(-1))


def total(line: UnitLine) -> str:
    return shown(line.total or D(-1))


def grade(level: Level | None, line: UnitLine) -> str:
    assert level is not None
    return level.grades[level.grade_rank(line.grade or "")].zh


def persons_level(place: str) -> Level | None:
    return scheme_of(place).persons


def measures(line: UnitLine) -> list[Any]:
    return [c.facts["zh"] for c in line.consequences if c.code is ConsequenceCode.MEASURE]


def pay(line: UnitLine) -> str:
    [found] = [c.facts["amount"] for c in line.consequences if c.code is ConsequenceCode.PAY]
    assert str(found) == str(D(str(found)).quantize(D("0.01")))
    return shown(D(str(found)))


# --- Changsha ---------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", list(expected("changsha")["departments"]))
def test_changsha_departments_are_as_published(unit: str) -> None:
    sheet, line = expected("changsha")["departments"][unit], scores_of("changsha").line(unit)
    names = {"annual": "绩效目标", "democratic": "民主测评", "recognition": "公众评价"}
    assert {zh: points(line, key) for key, zh in names.items()} == {
        zh: sheet[zh] for zh in names.values()
    }
    found = total(line), line.place, grade(scheme_of("changsha"), line)
    assert found == (sheet["total"], sheet["rank"], sheet["grade"])


def test_changsha_seats_are_as_published() -> None:
    scheme, seats = scheme_of("changsha"), scores_of("changsha").category("departments").seats
    assert {each.zh: seats[each.key] for each in scheme.grades} == expected("changsha")["seats"]


@pytest.mark.parametrize("region", ["区", "县(市)"])
def test_changsha_districts_and_counties_are_ranked_apart(region: str) -> None:
    places = expected("changsha")["regions"][region]
    totals = expected("changsha")["inputs"]["regions"][region]
    lines = {unit: scores_of("changsha").line(unit) for unit in places}
    assert {unit: line.place for unit, line in lines.items()} == places
    assert {unit: total(line) for unit, line in lines.items()} == totals


@pytest.mark.parametrize("who", list(expected("changsha")["persons"]))
def test_changsha_leaders_are_as_published(who: str) -> None:
    sheet, line = expected("changsha")["persons"][who], persons_of("changsha").line(who)
    proposals = [sheet["proposal"].partition("(")[0]] if sheet["proposal"] else []
    assert (line.team, total(line)) == (sheet["unit"], sheet["score"])
    assert grade(persons_level("changsha"), line) == sheet["grade"]
    assert measures(line) == proposals


SHARES = {
    "99 units 18/76/6 %": (99, "0.18", "0.76", "0.06"),
    "96 units 22/74/4 %": (96, "0.22", "0.74", "0.04"),
    "10 units 20/70/10 %": (10, "0.20", "0.70", "0.10"),
    "10 units 18/76/6 % (remainder tie .6/.6)": (10, "0.18", "0.76", "0.06"),
    "17 units 18/76/6 %": (17, "0.18", "0.76", "0.06"),
}


@pytest.mark.parametrize("case", list(expected("changsha")["quota"]))
def test_changsha_quotas_are_as_published(case: str) -> None:
    n, *shares = SHARES[case]
    text = preset_text("changsha")
    for old, new in zip(("0.18", "0.76", "0.06"), shares, strict=True):
        text = text.replace(f'"proportion", share = "{old}"', f'"proportion", share = "new{new}"')
    scheme = scheme_from_toml(text.replace('"new', '"'))
    seats = seats_of(scheme, {"市直部门": n})["departments"]
    assert {each.zh: seats[each.key] for each in scheme.grades} == expected("changsha")["quota"][
        case
    ]


# --- Ankang -----------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", list(expected("ankang")["departments"]))
def test_ankang_departments_are_as_published(unit: str) -> None:
    sheet, line = expected("ankang")["departments"][unit], scores_of("ankang").line(unit)
    names = {"common": "共性", "annual": "个性", "democratic": "主观"}
    assert {zh: points(line, key) for key, zh in names.items()} == {
        zh: sheet[zh] for zh in names.values()
    }
    added = line.arithmetic.bonus - line.arithmetic.deductions
    assert (shown(added), total(line)) == (sheet["加减"], sheet["total"])
    assert grade(preset("ankang"), line) == sheet["grade"]


@pytest.mark.parametrize("unit", list(expected("ankang")["departments"]))
def test_ankang_key_work_holds_the_published_share(unit: str) -> None:
    inputs, sheet = inputs_of("ankang"), expected("ankang")["departments"][unit]
    indicators = {each.key: each for each in inputs.indicators["annual"]}
    [readings] = [each.readings["annual"] for each in inputs.units if each.key == unit]
    component = preset("ankang").component("annual")
    share = tagged_share(component, indicators, readings)
    assert component.tag_share is not None
    assert (shown(share), share > component.tag_share.above) == (
        sheet["key_share"],
        sheet["key_ok"],
    )


@pytest.mark.parametrize("who", list(expected("ankang")["staff"]))
def test_ankang_staff_have_their_published_grades_and_pay(who: str) -> None:
    sheet, line = expected("ankang")["staff"][who], persons_of("ankang").line(who)
    assert (line.team, total(line)) == (sheet["dept"], sheet["score"])
    assert grade(persons_level("ankang"), line) == sheet["grade"]
    assert pay(line) == sheet["pay"]


@pytest.mark.parametrize("unit", list(expected("ankang")["heads"]))
def test_ankang_heads_are_paid_by_their_departments_grade(unit: str) -> None:
    sheet, line = expected("ankang")["heads"][unit], scores_of("ankang").line(unit)
    assert (grade(preset("ankang"), line), pay(line)) == (sheet["grade"], sheet["pay"])


@pytest.mark.parametrize("unit", list(expected("ankang")["year"]))
def test_ankang_years_come_out_of_their_parts(unit: str) -> None:
    assert total(scores_of("ankang_year").line(unit)) == expected("ankang")["year"][unit]


@pytest.mark.parametrize("project", list(expected("ankang")["progress"]))
def test_ankang_projects_stand_as_published(project: str) -> None:
    rule, sheet = preset("ankang").progress, expected("ankang")["progress"][project]
    assert rule is not None
    [line] = [each for each in scores_of("ankang").projects if each.project == project]
    names = {each.key: each.zh for each in (*rule.states, rule.closed, rule.talk, rule.sanction)}
    words = "+".join(names[key] for key in (line.state, *line.proposals))
    assert (words, line.gap) == (sheet["state"], sheet["gap"])


# --- Changchun --------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", list(expected("changchun")["year"]))
def test_changchun_years_are_as_published(unit: str) -> None:
    sheet, line = expected("changchun")["year"][unit], scores_of("changchun").line(unit)
    names = {
        "quarterly": "季度均",
        "annual": "年度三位一体",
        "democratic": "民主测评",
        "recognition": "公认度",
    }
    assert {zh: points(line, key) for key, zh in names.items()} == {
        zh: sheet[zh] for zh in names.values()
    }
    found = total(line), line.place, grade(preset("changchun"), line)
    assert found == (sheet["total"], sheet["rank"], sheet["grade"])


@pytest.mark.parametrize("unit", list(expected("changchun")["quarter"]))
def test_changchun_quarters_are_as_published(unit: str) -> None:
    sheet, line = expected("changchun")["quarter"][unit], scores_of("changchun_quarter").line(unit)
    parts = {part.key: part.points for part in line.arithmetic.component("four").parts}
    found = {name: shown(value or D(-1)) for name, value in parts.items()}
    sums = {"四项": points(line, "four"), "三项": points(line, "three"), "季度": total(line)}
    assert found | sums == sheet


@pytest.mark.parametrize("name", list(expected("changchun")["index"]))
def test_changchun_indexes_are_as_published(name: str) -> None:
    methods = {"SCI": "share_change", "AGI": "avg_growth", "E": "share_change+avg_growth"}
    field: dict[str, Reading] = {
        unit.key: unit.readings["four"][name] for unit in inputs_of("changchun_quarter").units
    }
    found = {
        index: convert_field(Indicator(name, D(1), method), field)
        for index, method in methods.items()
    }
    sheet = expected("changchun")["index"][name]
    assert {
        unit: {index: shown(of_units[unit] or D(-1)) for index, of_units in found.items()}
        for unit in sheet
    } == sheet


@pytest.mark.parametrize("who", list(expected("changchun")["persons"]))
def test_changchun_persons_are_as_published(who: str) -> None:
    assert total(persons_of("changchun_quarter").line(who)) == expected("changchun")["persons"][who]


def test_changchun_bands_are_as_published() -> None:
    scheme, sheet = preset("changchun"), expected("changchun")["bands"]
    least, most = scheme, with_most_seats(scheme)
    for some in in_groups(sheet, len(scheme.categories)):
        sizes = {category.zh: int(n) for category, (n, _) in zip(scheme.categories, some)}  # noqa: B905
        for took, end in ((least, 0), (most, 1)):
            seats = seats_of(took, sizes)
            found = [
                seats[category.key]["excellent"] for category in scheme.categories[: len(some)]
            ]
            assert found == [band[end] if band else 0 for _, band in some]


def in_groups(sheet: dict[str, Any], size: int) -> list[list[tuple[str, Any]]]:
    listed = list(sheet.items())
    return [listed[at : at + size] for at in range(0, len(listed), size)]


def with_most_seats(scheme: Scheme) -> Scheme:
    text = preset_text(scheme.key)
    return scheme_from_toml(text.replace('high = "0.20"', 'high = "0.20", take = "most"'))


# --- Jiuyuan ----------------------------------------------------------------------------------


@pytest.mark.parametrize("unit", list(expected("jiuyuan")["totals"]))
def test_jiuyuan_departments_are_as_published(unit: str) -> None:
    sheet, line = expected("jiuyuan")["totals"][unit], scores_of("jiuyuan").line(unit)
    [variables] = section_lines(preset("jiuyuan"), line)
    assert (shown(variables.points or D(-1)), variables.weight) == (sheet["N变量"], D("0.50"))
    names = {"display": "晾晒", "bulletin": "通报", "report": "报告"}
    assert {zh: points(line, key) for key, zh in names.items()} == {
        zh: sheet[zh] for zh in names.values()
    }
    assert points(line, "display") == expected("jiuyuan")["dept_colour_score"][unit]
    assert total(line) == sheet["total"]


@pytest.mark.parametrize("tie", ["better", "worse"])
@pytest.mark.parametrize("name", list(expected("jiuyuan")["indicators"]))
def test_jiuyuan_boards_are_as_published(name: str, tie: str) -> None:
    text = preset_text("jiuyuan").replace('min_units = 7, tie = "better"', f'tie = "{tie}"')
    scores = score(scheme_from_toml(text), inputs_of("jiuyuan"))
    [board] = [each for each in scores.boards if each.indicator == name]
    sheet = expected("jiuyuan")["indicators"][name]
    words = sheet["colour" if tie == "better" else "colour_tie_worse"]
    assert board.places == sheet["rank"]
    assert board.colours == {place: COLOURS[word] for place, word in words.items()}


@pytest.mark.parametrize("who", list(expected("jiuyuan")["registration"]))
def test_jiuyuan_officials_are_as_published(who: str) -> None:
    sheet, line = expected("jiuyuan")["registration"][who], persons_of("jiuyuan").line(who)
    assert (line.place, grade(persons_level("jiuyuan"), line)) == (sheet["rank"], sheet["grade"])


def test_jiuyuan_officials_tied_over_the_edge_need_a_decision() -> None:
    [question] = persons_of("jiuyuan").category("officials").needs_decision
    assert question.units == ("干03", "干04")


def test_jiuyuan_excellent_seats_are_as_published() -> None:
    scheme = preset("jiuyuan")
    for some in in_groups(expected("jiuyuan")["excellent_cap"], 2):
        sizes = {category.zh: int(n) for category, (n, _) in zip(scheme.categories, some)}  # noqa: B905
        seats = seats_of(scheme, sizes)
        assert [seats[each.key]["excellent"] for each in scheme.categories] == [n for _, n in some]


@pytest.mark.parametrize("n", list(expected("jiuyuan")["by_size"]))
def test_jiuyuan_colours_of_other_fields_are_as_published(n: str) -> None:
    places = ["九原", *(f"区{i}" for i in range(2, int(n) + 1))]
    sheets = empty_sheets(preset("jiuyuan"), {"区直单位": 1})
    figures = range(100, 100 - len(places), -1)
    sheets["晾晒指标"] = [["指标", "责任单位", *places], ["税收", "区直单位1", *figures]]
    [board] = score(preset("jiuyuan"), read_inputs(preset("jiuyuan"), as_workbook(sheets))).boards
    words = [COLOURS[word] for word in expected("jiuyuan")["by_size"][n]]
    assert [board.colours[place] for place in places] == words


# --- any place --------------------------------------------------------------------------------


def empty_sheets(scheme: Scheme, sizes: dict[str, int]) -> Sheets:
    """So many units of each category, and nothing known about them."""
    units = [[f"{kind}{i}", kind] for kind, n in sizes.items() for i in range(1, n + 1)]
    headers = {"survey": ["测评主体"], "indicators": ["指标", "权重", "一级指标"]}
    sheets: Sheets = {"单位": [["单位", "类别"], *units]}
    for component in scheme.components:
        first = ["指标", "责任单位"] if component.kind == "board" else ["单位"]
        sheets[component.sheet] = [[*first, *headers.get(component.kind, [])]]
    return sheets


def seats_of(scheme: Scheme, sizes: dict[str, int]) -> dict[str, dict[str, int]]:
    inputs = read_inputs(scheme, as_workbook(empty_sheets(scheme, sizes)))
    return {each.category: dict(each.seats) for each in score(scheme, inputs).categories}


@pytest.mark.parametrize("place", list(SHEETS))
def test_every_total_adds_up_again_from_what_is_printed(place: str) -> None:
    scores = scores_of(place)
    for line in (*scores.lines, *(scores.persons.lines if scores.persons else ())):
        arithmetic = line.arithmetic
        printed = sum((D(points(line, part.key)) * part.weight for part in line.components), D(0))
        printed += arithmetic.bonus - arithmetic.deductions - arithmetic.reverse_deduction
        assert shown(printed) == total(line)
