"""Which column of a table names a row of another: for lists to choose from, and for removing."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from surveys.setup.cell_text import as_text, word
from surveys.setup.draft import TABLES, Cells, Draft
from surveys.setup.headers import Line, Table

# Table, header: the table whose row is named, by code.
RELATIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "单位名单": {"类别代码": "类别"},
    "班子成员": {"所属单位": "单位名单"},
    "考核关系": {"考核责任单位": "单位名单", "考核对象": "单位名单"},
    "测评活动": {"测评表代码": "测评表"},
    "测评主体": {"活动代码": "测评活动"},
    "票数调整": {"活动代码": "测评活动", "主体代码": "测评主体", "单位代码": "单位名单"},
    "指标": {"考核责任单位": "单位名单"},
    "指标值": {"指标代码": "指标", "单位代码": "单位名单"},
    "加减分": {"单位代码": "单位名单"},
    "一票否决": {"单位代码": "单位名单"},
    "成员得分": {"成员代码": "班子成员"},
    "成员事实认定": {"成员代码": "班子成员"},
}
# Where a name may be missing, a row stays when the one it names goes.
MAY_BE_EMPTY: Final = frozenset({("指标", "考核责任单位")})
# Where the code and the name of a row stand.
NAMED: Final[Mapping[str, tuple[str, str]]] = {
    "类别": ("类别代码", "类别名称"),
    "单位名单": ("单位代码", "单位名称"),
    "班子成员": ("成员代码", "姓名"),
    "测评表": ("测评表代码", "标题"),
    "测评活动": ("活动代码", "活动名称"),
    "测评主体": ("主体代码", "主体名称"),
    "指标": ("指标代码", "指标名称"),
}


def with_codes(
    tables: Mapping[str, Table], rows: Mapping[str, Sequence[Cells]]
) -> dict[str, Table]:
    """The tables of a file with codes where the office wrote names.

    Parameters
    ----------
    rows : where the names are looked up, by table
    """
    return {name: _coded(name, table, rows) for name, table in tables.items()}


def _coded(name: str, table: Table, rows: Mapping[str, Sequence[Cells]]) -> Table:
    named = {
        header: _codes_by_name(target, rows.get(target, ()))
        for header, target in RELATIONS.get(name, {}).items()
    }
    lines = [
        Line(
            line.number,
            {
                header: named.get(header, {}).get(word(as_text(cell)), cell)
                for header, cell in line.cells.items()
            },
            line.columns,
        )
        for line in table.lines
    ]
    return Table(table.columns, lines)


def _codes_by_name(target: str, rows: Sequence[Cells]) -> dict[str, str]:
    """Names that stand once, and are no code themselves; and each code, however it is written."""
    code, name = NAMED[target]
    counts = Counter(word(row.get(name, "")) for row in rows)
    codes = {row[code]: row[code] for row in rows if row[code]}
    named = {
        said: row[code]
        for row in rows
        if counts[said := word(row.get(name, ""))] == 1 and said not in codes
    }
    return {**named, **codes}


def dependents(draft: Draft, name: str, row: Cells) -> Draft:
    """Rows of other tables that name this row, and those that name them in turn."""
    gone: Draft = {}
    todo = [(name, row)]
    while todo:
        table, cells = todo.pop()
        for other, each in _naming(draft, table, cells):
            if each not in gone.setdefault(other, []):
                gone[other].append(each)
                todo.append((other, each))
    return {table: gone[table] for table in TABLES if gone.get(table)}


def _naming(draft: Draft, table: str, cells: Cells) -> list[tuple[str, dict[str, str]]]:
    if table not in NAMED:
        return []
    code = NAMED[table][0]
    return [
        (other, row)
        for other, headers in RELATIONS.items()
        for header, target in headers.items()
        if target == table and (other, header) not in MAY_BE_EMPTY
        for row in draft.get(other, [])
        if row[header] == cells[code] and _same_parent(table, cells, row)
    ]


def _same_parent(table: str, cells: Cells, row: Cells) -> bool:
    """A rater group is named by its campaign and its own code together."""
    return table != "测评主体" or row["活动代码"] == cells["活动代码"]


def with_new_code(draft: Draft, table: str, old: Cells, new: Cells) -> Draft:
    """The draft in which other tables name a row by its new code."""
    if table not in NAMED or old[NAMED[table][0]] == new[NAMED[table][0]]:
        return draft
    code = NAMED[table][0]
    changed = dict(draft)
    for other, headers in RELATIONS.items():
        for header, target in headers.items():
            if target == table:
                changed[other] = [
                    {**row, header: new[code]}
                    if row[header] == old[code] and _same_parent(table, old, row)
                    else row
                    for row in changed[other]
                ]
    return changed


def released(draft: Draft, table: str, row: Cells) -> Draft:
    """Rows that name this one and stay, without naming it, when it goes."""
    code = row.get(NAMED[table][0], "") if table in NAMED else ""
    found = {
        other: [each for each in draft.get(other, []) if code and each[header] == code]
        for other, header in MAY_BE_EMPTY
        if RELATIONS[other][header] == table
    }
    return {other: rows for other, rows in found.items() if rows}


def without_name(draft: Draft, table: str, row: Cells) -> Draft:
    """The draft in which rows that may do without it no longer name a row."""
    free = released(draft, table, row)
    return {
        name: [
            {**each, **{header: "" for other, header in MAY_BE_EMPTY if other == name}}
            if each in free.get(name, [])
            else each
            for each in rows
        ]
        for name, rows in draft.items()
    }
