"""The scores as a workbook: every component to four places, with and without excluded ballots."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import xlsxwriter
from sqlalchemy.orm import Session
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from surveys.formulas import harmless
from surveys.models import Period, ScoreLine, ScoreRun
from surveys.publishing.board import category_boards
from surveys.publishing.certify import latest_run
from surveys.publishing.decision_sheet import (
    DECISION_HEADINGS,
    DECISIONS_TITLE,
    Row,
    decision_rows,
)
from surveys.publishing.member_cells import MEMBERS_TITLE, member_cells, member_headings
from surveys.publishing.member_sheet import member_sheet
from surveys.publishing.uncertainty_sheet import HEADINGS, TITLE, uncertainty_rows
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.schemes import Scheme

COLOURS = {"green": "#D9EFE0", "yellow": "#FBF0C9", "red": "#F8DAD5", "grey": "#E8EAEB"}
COLOUR_NAMES = {"green": "绿 Green", "yellow": "黄 Yellow", "red": "红 Red", "grey": "灰 Grey"}
TITLES = {
    True: "剔除后 Without excluded",
    False: "全部票 All ballots",
}


@dataclass(frozen=True)
class Styles:
    """Formats of the workbook."""

    title: Format
    head: Format
    text: Format
    points: Format
    place: Format
    colours: dict[str, Format]


def score_workbook(session: Session, *, period_id: int, timezone: str = "Asia/Shanghai") -> bytes:
    """Both newest runs of a period as .xlsx, one sheet each; empty runs are left out.

    Parameters
    ----------
    timezone : in which moments are told
    """
    period = session.get_one(Period, period_id)
    scheme, zone = scheme_of(period), ZoneInfo(timezone)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        styles = make_styles(book)
        for leaves_out in (True, False):
            run = latest_run(session, period_id=period_id, leaves_out_excluded=leaves_out)
            if run is not None:
                sheet = book.add_worksheet(TITLES[leaves_out])
                written = Written(period, scheme, run, zone)
                write_run(session, sheet, styles, written)
                write_uncertainty(session, book, styles, written)
        write_members(session, book, styles, period)
        write_decisions(book, styles, list(decision_rows(session, period_id=period_id, zone=zone)))
    return buffer.getvalue()


@dataclass(frozen=True)
class Written:
    """What one sheet is about."""

    period: Period
    scheme: Scheme
    run: ScoreRun
    zone: ZoneInfo


def make_styles(book: xlsxwriter.Workbook) -> Styles:
    """All formats at once."""
    base = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "vcenter"}
    thin = {**base, "bottom": 1, "bottom_color": "#C9D2D4"}
    return Styles(
        title=book.add_format({**base, "font_size": 14, "bold": True}),
        head=book.add_format(
            {**base, "bold": True, "text_wrap": True, "bg_color": "#E3ECEE", "align": "center"}
        ),
        text=book.add_format(thin),
        points=book.add_format({**thin, "num_format": "0.0000##"}),
        place=book.add_format({**thin, "align": "center"}),
        colours={
            name: book.add_format({**thin, "bg_color": shade, "align": "center"})
            for name, shade in COLOURS.items()
        },
    )


def headings(scheme: Scheme) -> list[str]:
    """Column titles in both languages."""
    return [
        "类别 Category",
        "单位编码 Code",
        "单位 Unit",
        *(f"{each.zh} {each.en}\n{each.weight.normalize():f}" for each in scheme.components),
        "加分 Bonus",
        "扣分 Deduction",
        "反向评扣分 Reverse deduction",
        "总分 Total",
        "区间下限 Low",
        "区间上限 High",
        "名次 Place",
        "可能名次 Places",
        "等次 Grade",
        "榜色 Colour",
    ]


def write_run(session: Session, sheet: Worksheet, styles: Styles, written: Written) -> None:
    """One run, all categories below each other, under a frozen heading."""
    period, run = written.period, written.run
    mark = "（样例 Sample）" if period.sample else ""
    sheet.write_string(0, 0, f"{period.county_zh} {period.name_zh} {mark}", styles.title)
    scored_at = run.scored_at.astimezone(written.zone)
    sheet.write_string(1, 0, f"计分时间 Scored at: {scored_at:%Y-%m-%d %H:%M}", styles.text)
    titles = headings(written.scheme)
    sheet.set_row(2, 44)
    sheet.write_row(2, 0, titles, styles.head)
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 9)
    sheet.set_column(2, 2, 26)
    sheet.set_column(3, len(titles) - 1, 12)
    sheet.freeze_panes(3, 3)
    row = 3
    for category in category_boards(session, run):
        for line in category.lines:
            write_line(sheet, row, styles, cells(line, written.scheme))
            row += 1
    sheet.autofilter(2, 0, max(row - 1, 3), len(titles) - 1)


def write_uncertainty(
    session: Session, book: xlsxwriter.Workbook, styles: Styles, written: Written
) -> None:
    """How sure places and grades of the run that counts are, where that was drawn."""
    run = written.run
    rows = list(uncertainty_rows(session, run=run, scheme=written.scheme))
    if not rows or not run.leaves_out_excluded:
        return
    sheet = book.add_worksheet(TITLE)
    write_table(sheet, styles, HEADINGS, rows, widths=(16, 9, 26))


def write_members(
    session: Session, book: xlsxwriter.Workbook, styles: Styles, period: Period
) -> None:
    """The persons of the run that counts, where persons are scored."""
    found = member_sheet(session, period_id=period.id)
    if found is None:
        return
    sheet = book.add_worksheet(MEMBERS_TITLE)
    rows = [member_cells(row, found) for each in found.categories for row in each.rows]
    write_table(sheet, styles, member_headings(found), rows, widths=(24, 9, 16, 16))


def write_decisions(book: xlsxwriter.Workbook, styles: Styles, rows: Sequence[Row]) -> None:
    """What was decided about units and persons, and what still waits, where there is anything."""
    if rows:
        sheet = book.add_worksheet(DECISIONS_TITLE)
        write_table(sheet, styles, DECISION_HEADINGS, rows, widths=(24, 9, 24, 40, 24, 40, 18))


def write_table(
    sheet: Worksheet,
    styles: Styles,
    titles: Sequence[str],
    rows: Sequence[Iterable[Any]],
    *,
    widths: Sequence[int],
) -> None:
    """A table under a frozen heading; columns beyond those named are 13 wide."""
    sheet.set_row(0, 44)
    sheet.write_row(0, 0, titles, styles.head)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.set_column(len(widths), len(titles) - 1, 13)
    sheet.freeze_panes(1, 3)
    for number, values in enumerate(rows, 1):
        write_line(sheet, number, styles, values)
    sheet.autofilter(0, 0, max(len(rows), 1), len(titles) - 1)


def write_line(sheet: Worksheet, row: int, styles: Styles, values: Iterable[Any]) -> None:
    """Numbers as numbers, text as text that no program takes for a formula."""
    for column, value in enumerate(values):
        if value is None:
            sheet.write_blank(row, column, None, styles.text)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, styles.place)
        elif isinstance(value, str):
            style = styles.text
            for name, shown in COLOUR_NAMES.items():
                style = styles.colours[name] if value == shown else style
            sheet.write_string(row, column, harmless(value), style)
        else:
            sheet.write_number(row, column, value, styles.points)


def cells(line: ScoreLine, scheme: Scheme) -> Sequence[Any]:
    """The values of one unit's row."""
    unit = line.unit
    points = {each["key"]: each["points"] for each in line.components["lines"]}
    grades = {grade.key: f"{grade.zh} {grade.en}" for grade in scheme.grades}
    places = None if line.place_low is None else f"{line.place_low}–{line.place_high}"
    return [
        unit.category.name_zh,
        unit.code,
        unit.name_zh,
        *(as_number(points.get(component.key)) for component in scheme.components),
        float(line.bonus),
        as_number(line.components["deductions"]),
        as_number(line.components["reverse_deduction"]),
        as_number(line.total),
        as_number(line.total_low),
        as_number(line.total_high),
        line.place,
        places,
        grades.get(line.grade or ""),
        COLOUR_NAMES.get(line.colour or ""),
    ]


def as_number(value: Any) -> float | None:
    """A cell's number, or None."""
    return None if value is None else float(value)
