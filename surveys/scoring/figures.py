"""Component figures from a workbook: quarters and topics, votes by option, boards of places."""

import re
from collections.abc import Collection
from decimal import Decimal
from typing import Final

from surveys.scoring.inputs import BoardIndicator, GroupVotes
from surveys.scoring.level_sheets import Reader
from surveys.scoring.scheme_parts import Component, Survey
from surveys.scoring.wide_sheets import wide_rows
from surveys.setup.tables import Row

ZERO: Final = Decimal(0)
ONE: Final = Decimal(1)
GROUP: Final = "测评主体"
WEIGHT: Final = "权重"
SCORE: Final = "得分"
N_VALID: Final = "有效票"
INDICATOR: Final = "指标"
RESPONSIBLE: Final = "责任单位"
DIRECTION: Final = "方向"
DIRECTIONS: Final = {"越高越好": False, "越低越好": True}

Values = dict[str, dict[str, Decimal | None]]


def read_values(reader: Reader, component: Component) -> Values:
    """Points by unit and column: 单位 | 第一季度 | 第二季度 …; an empty cell is missing."""
    values: Values = {}
    for unit, row, columns in reader.wide_rows(component.sheet):
        figures = {
            column: row.optional_number(column, low=ZERO, high=component.maximum)
            for column in columns
        }
        if unit in values:
            row.note(reader.sheets.subject, "given_twice")
        elif unit is not None:
            values[unit] = figures
    return values


def read_votes(
    reader: Reader, component: Component, survey: Survey
) -> dict[str, tuple[GroupVotes, ...]]:
    """Votes of a sheet 单位 | 测评主体 | 好 | 较好 | …, one row for each unit and group.

    权重 is the group's weight for this unit where it has its own; 得分 with 有效票 stand instead of
    counts where the ballots were counted elsewhere.
    """
    votes: dict[str, dict[str, GroupVotes]] = {}
    optional = (WEIGHT, SCORE, N_VALID)
    checked = False
    for unit, row, columns in reader.wide_rows(component.sheet, (GROUP,), optional=optional):
        scored = row.said(SCORE) != ""
        if not checked and not scored:
            _check_options(row, columns, survey)
            checked = True
        group = _group(row, survey)
        vote = _scored(row, group) if scored else _counted(row, group, columns, survey)
        if unit is None or not group:
            continue
        if group in votes.get(unit, {}):
            row.note(GROUP, "given_twice")
        votes.setdefault(unit, {})[group] = vote
    return {unit: tuple(of_unit.values()) for unit, of_unit in votes.items()}


def read_board(reader: Reader, component: Component) -> tuple[BoardIndicator, ...]:
    """Figures by place: 指标 | 责任单位 | 方向 | 昆区 | 青区 …; several units with 、 between."""
    indicators: dict[str, BoardIndicator] = {}
    fixed = (INDICATOR, RESPONSIBLE)
    own = component.board.own if component.board else ""
    for row, places in wide_rows(
        reader.book, component.sheet, fixed, reader.problems, optional=(DIRECTION,)
    ):
        key = row.text(INDICATOR)
        if own not in places:
            row.note(own, "column_missing")
        if key in indicators:
            row.note(INDICATOR, "given_twice")
        indicators[key] = BoardIndicator(
            key=key,
            values={place: row.optional_number(place) for place in places},
            responsible=_responsible(row, reader.known),
            lower_is_better=row.choice(DIRECTION, DIRECTIONS, default=False),
        )
    return tuple(indicators.values())


def names_in(text: str) -> tuple[str, ...]:
    """Names written one after another: 发改委、招商局."""
    return tuple(part for part in re.split(r"[、,，;；\s]+", text) if part)


def _responsible(row: Row, units: Collection[str]) -> tuple[str, ...]:
    named = names_in(row.text(RESPONSIBLE))
    if not set(named) <= set(units):
        row.note(RESPONSIBLE, "unknown_unit")
    return tuple(name for name in dict.fromkeys(named) if name in units)


def _scored(row: Row, group: str) -> GroupVotes:
    return GroupVotes(
        group=group,
        weight=row.optional_number(WEIGHT, low=ZERO, high=ONE),
        n_valid=row.count(N_VALID),
        score=row.number(SCORE, low=ZERO, high=Decimal(100)),
    )


def _counted(row: Row, group: str, columns: Collection[str], survey: Survey) -> GroupVotes:
    options = {*survey.points, *survey.unscored}
    return GroupVotes(
        group=group,
        weight=row.optional_number(WEIGHT, low=ZERO, high=ONE),
        counts={column: row.count(column, default=0) for column in columns if column in options},
    )


def _check_options(row: Row, columns: Collection[str], survey: Survey) -> None:
    for column in columns:
        if column not in survey.points and column not in survey.unscored:
            row.note(column, "unknown_option", expected=(*survey.points, *survey.unscored))
    for option in survey.points:
        if option not in columns:
            row.note(option, "column_missing")


def _group(row: Row, survey: Survey) -> str:
    name = row.text(GROUP)
    for group in survey.groups:
        if group.is_called(name):
            return group.key
    if name:
        row.note(GROUP, "not_a_choice", expected=tuple(group.zh for group in survey.groups))
    return ""
