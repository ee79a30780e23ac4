"""考核周期: the period itself, one fact to a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from surveys.errors import Invalid
from surveys.scoring.period_scheme import OWN, own_scheme
from surveys.scoring.schemes import preset_keys
from surveys.setup.cell_text import as_text, plain, yes_no
from surveys.setup.headers import Book, Sheet
from surveys.setup.problems import Place, Problems
from surveys.setup.tables import YES, Row, read_rows

FACT: Final = "项目"
CONTENT: Final = "内容"
PERIOD: Final = Sheet("考核周期", (FACT, CONTENT), key=(FACT,))
SAMPLE: Final = "样例数据"
SCHEME: Final = "计分办法"
# Stands there only where the scheme is one of the office's own.
OWN_SCHEME: Final = "自定办法"
FACTS: Final = (
    "周期代码",
    "周期名称",
    "周期名称（英文）",
    "地区名称",
    "地区名称（英文）",
    "开始日期",
    "结束日期",
    SCHEME,
    SAMPLE,
)
OPTIONAL: Final = {SAMPLE, "周期名称（英文）", "地区名称（英文）"}


@dataclass(frozen=True)
class PeriodRow:
    """The period as set up.

    `scheme` is the key of a preset, or ``own``: then `own_scheme` is its file.
    """

    code: str
    name_zh: str
    name_en: str
    county_zh: str
    county_en: str
    starts_on: date
    ends_on: date
    scheme: str
    sample: bool
    own_scheme: str = ""


def read_period(book: Book, problems: Problems) -> PeriodRow | None:
    """The period, or None where the sheet cannot be read."""
    known = {plain(fact): fact for fact in (*FACTS, OWN_SCHEME)}
    rows = {
        known.get(plain(as_text(row.cells[FACT])), ""): row
        for row in read_rows(book, PERIOD, problems)
    }
    if not rows:
        return None
    lacking = [fact for fact in FACTS if fact not in rows and fact not in OPTIONAL]
    last = max(row.place.row for row in rows.values())
    for fact in lacking:
        columns = next(iter(rows.values())).place.columns
        place = Place(PERIOD.name, last, columns)
        problems.add(place, FACT, "fact_missing", expected=(fact,))
    return None if lacking else _period(rows)


def _period(rows: Mapping[str, Row]) -> PeriodRow:
    schemes = {key: key for key in (*preset_keys(), OWN)}
    scheme = rows[SCHEME].choice(CONTENT, schemes)
    starts_on = rows["开始日期"].day(CONTENT)
    ends_on = rows["结束日期"].day(CONTENT)
    if date.min < ends_on < starts_on:
        rows["结束日期"].note(CONTENT, "ends_before_start", expected=(starts_on.isoformat(),))
    return PeriodRow(
        code=rows["周期代码"].code(CONTENT),
        name_zh=rows["周期名称"].text(CONTENT),
        name_en=_english(rows, "周期名称"),
        county_zh=rows["地区名称"].text(CONTENT),
        county_en=_english(rows, "地区名称"),
        starts_on=starts_on,
        ends_on=ends_on,
        scheme=scheme,
        sample=SAMPLE in rows and rows[SAMPLE].choice(CONTENT, YES, default=False),
        own_scheme=_own_scheme(rows) if scheme == OWN else "",
    )


def _own_scheme(rows: Mapping[str, Row]) -> str:
    """The file as it was written: its spaces belong to it."""
    if OWN_SCHEME not in rows:
        rows[SCHEME].note(CONTENT, "own_scheme_missing", expected=(OWN_SCHEME,))
        return ""
    row = rows[OWN_SCHEME]
    cell = row.cells[CONTENT]
    text = as_lines(cell if isinstance(cell, str) else as_text(cell))
    try:
        own_scheme(text)
    except Invalid as error:
        listed = error.facts.get("problems")
        problems = listed[:5] if isinstance(listed, tuple) else (error,)
        row.note(CONTENT, "own_scheme_faulty", expected=tuple(str(each) for each in problems))
    return text


def as_lines(text: str) -> str:
    """A file's text, however its lines end."""
    return "\n".join(text.splitlines()).strip("\n") + "\n"


def _english(rows: Mapping[str, Row], fact: str) -> str:
    instead = rows[fact].optional(CONTENT)
    english = rows.get(f"{fact}（英文）")
    return english.english(CONTENT, instead=instead) if english else instead


def period_cells(row: PeriodRow) -> tuple[tuple[str, str], ...]:
    """The period as its sheet has it: facts and contents."""
    contents = (
        row.code,
        row.name_zh,
        row.name_en,
        row.county_zh,
        row.county_en,
        row.starts_on.isoformat(),
        row.ends_on.isoformat(),
        row.scheme,
        yes_no(row.sample),
    )
    said = tuple(zip(FACTS, contents, strict=True))
    return (*said, (OWN_SCHEME, row.own_scheme)) if row.own_scheme else said
