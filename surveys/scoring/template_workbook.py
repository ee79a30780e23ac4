"""An empty workbook for a scheme: Chinese headings, notes on them, lists to choose from."""

from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from surveys.scoring.book_tables import CREATED, FONT
from surveys.scoring.schemes import Level, Scheme
from surveys.scoring.template import Column, TemplateSheet, template_sheets

GUIDE: Final = "说明"
RULES: Final = (
    "办法版本 {scheme.version}，计算规则第 {scheme.engine} 版。表名和列名请勿改动；"
    "标 * 的列必填，可另加“备注”列。"
)
HOW: Final = (
    "填好后运行：gongping score 办法 本文件.xlsx --out 结果.xlsx。"
    "有错时逐条指出表、行、列，改好再算，不会算出一半。"
)
LAST_ROW: Final = 2000
LONGEST_LIST: Final = 255
# Lists longer than a cell's rule can hold stand on a sheet of their own.
LISTS: Final = "可选值"


def template_workbook(scheme: Scheme) -> bytes:
    """Return an .xlsx file with a guide and every sheet that the scheme can read, all empty."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": f"{scheme.zh}：数据模板", "created": CREATED})
        sheets = template_sheets(scheme)
        _write_guide(book, scheme, sheets)
        lists = _Lists()
        for sheet in sheets:
            _write_sheet(book, sheet, lists)
        lists.write(book)
    return buffer.getvalue()


class _Lists:
    """Choices that need a sheet of their own, one column each."""

    def __init__(self) -> None:
        self._columns: list[tuple[str, ...]] = []

    def source(self, choices: tuple[str, ...]) -> list[str] | str:
        """The choices themselves, or where they stand."""
        if len(",".join(choices)) <= LONGEST_LIST:
            return list(choices)
        if choices not in self._columns:
            self._columns.append(choices)
        letter = xl_col_to_name(self._columns.index(choices))
        return f"='{LISTS}'!${letter}$1:${letter}${len(choices)}"

    def write(self, book: Any) -> None:
        """Write the sheet, hidden, if anything needs it."""
        if not self._columns:
            return
        sheet = book.add_worksheet(LISTS)
        for column, choices in enumerate(self._columns):
            sheet.write_column(0, column, choices)
        sheet.hide()


def _write_guide(book: Any, scheme: Scheme, sheets: tuple[TemplateSheet, ...]) -> None:
    sheet = book.add_worksheet(GUIDE)
    title = book.add_format({**FONT, "font_size": 16, "bold": True})
    head = book.add_format({**FONT, "bold": True, "bg_color": "#E3ECEE", "bottom": 1})
    text = book.add_format({**FONT, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 64)
    sheet.set_column(2, 2, 22)
    sheet.set_column(3, 3, 22)
    sheet.write_string(0, 0, scheme.zh, title)
    sheet.set_row(0, 28)
    row = 1
    for line in (RULES.format(scheme=scheme), HOW):
        sheet.merge_range(row, 0, row, 3, line, text)
        sheet.set_row(row, 32)
        row += 1
    row = _write_block(sheet, row + 1, ("表", "填什么", "", ""), head, text, _purposes(sheets))
    for name, level in (("单位", scheme), ("人员", scheme.persons)):
        if level is not None:
            headers = (f"{name}总分的分项", "权重", "所在表", "条款")
            row = _write_block(sheet, row + 1, headers, head, text, _composition(level))
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _purposes(sheets: tuple[TemplateSheet, ...]) -> list[tuple[str, ...]]:
    return [(sheet.name, sheet.purpose, "", "") for sheet in sheets]


def _composition(level: Level) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for component in level.components:
        weights = {category.zh: component.weight_in(category.key) for category in level.categories}
        same = len(set(weights.values())) == 1
        words = (
            _percent(component.weight)
            if same
            else "；".join(f"{name} {_percent(weight)}" for name, weight in weights.items())
        )
        rows.append((component.zh, words, component.sheet or "（单位总分）", component.article))
    return rows


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _write_block(
    sheet: Any, row: int, headers: tuple[str, ...], head: Any, text: Any, *blocks: Any
) -> int:
    for column, header in enumerate(headers):
        sheet.write_string(row, column, header, head)
    for block in blocks:
        for cells in block:
            row += 1
            for column, cell in enumerate(cells):
                sheet.write_string(row, column, cell, text)
    return row + 1


def _write_sheet(book: Any, template: TemplateSheet, lists: _Lists) -> None:
    sheet = book.add_worksheet(template.name)
    plain = {**FONT, "bold": True, "bottom": 1, "text_wrap": True, "align": "center"}
    needed = book.add_format({**plain, "bg_color": "#CFE3E7"})
    other = book.add_format({**plain, "bg_color": "#EEF2F3", "bold": False})
    text = book.add_format({**FONT, "num_format": "@"})
    number = book.add_format(FONT)
    for position, column in enumerate(template.columns):
        header = f"{column.header}*" if column.needed else column.header
        sheet.write_string(0, position, header, needed if column.needed else other)
        hint = f"{template.purpose}\n{column.hint}" if position == 0 else column.hint
        if hint:
            size = {"x_scale": 1.6, "y_scale": 0.9, "font_size": 9, "author": ""}
            sheet.write_comment(0, position, hint, size)
        wide = max(
            12, 2 * len(column.header) + 4, *(2 * len(c) + 3 for c in column.choices or ("",))
        )
        kept_as_text = not column.choices and column.most is None and column.header.endswith("率")
        sheet.set_column(position, position, min(wide, 34), text if kept_as_text else number)
        _validate(sheet, position, column, lists)
    sheet.set_row(0, 32)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _validate(sheet: Any, position: int, column: Column, lists: _Lists) -> None:
    rule: dict[str, Any] = {"ignore_blank": True}
    if column.choices:
        rule |= {"validate": "list", "source": lists.source(column.choices)}
        rule |= {"error_title": column.header, "error_message": "请从列表中选择。"}
    elif column.listed_in:
        rule |= {"validate": "list", "source": f"='{column.listed_in}'!$A$2:$A${LAST_ROW}"}
        rule |= {
            "error_title": column.header,
            "error_message": f"请先在“{column.listed_in}”表中登记。",
        }
    elif column.most is not None:
        kind = "integer" if column.whole else "decimal"
        most = int(column.most) if column.whole else float(column.most)
        rule |= {"validate": kind, "criteria": "between", "minimum": 0, "maximum": most}
        rule |= {"error_title": column.header, "error_message": f"请填 0 至 {column.most} 的数。"}
    else:
        return
    sheet.data_validation(1, position, LAST_ROW, position, rule)
