"""The sheet that says how sure places and grades are, for those who work with the workbook."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from surveys.models import ScoreRun, ScoreUncertainty
from surveys.publishing.board import category_boards
from surveys.scoring.schemes import Scheme

TITLE = "可靠程度 How sure"
HEADINGS = (
    "类别 Category",
    "单位编码 Code",
    "单位 Unit",
    "总分 Total",
    "区间下限 Low",
    "区间上限 High",
    "名次 Place",
    "可能名次 Places",
    "等次 Grade",
    "换人评等次会变 Another grade",
    "多为 Then mostly",
    "难分高下组 Groups of equals",
    "未投票者全打零分 Silent give 0",
    "未投票者全打满分 Silent give 100",
)


def uncertainty_rows(session: Session, *, run: ScoreRun, scheme: Scheme) -> Iterator[Sequence[Any]]:
    """One row for each unit of a run; none where fresh raters were not drawn for it."""
    kept = session.get(ScoreUncertainty, run.id)
    if kept is None:
        return
    names = {grade.key: f"{grade.zh} {grade.en}" for grade in scheme.grades}
    for each in category_boards(session, run):
        of_category = kept.categories.get(each.category.code, {"units": {}, "together": []})
        for line in each.lines:
            chances = of_category["units"].get(line.unit.code, {})
            low, high = chances.get("silent") or (None, None)
            groups = [
                str(k) for k, run in enumerate(of_category["together"], 1) if line.unit.code in run
            ]
            several = line.place_low is not None and line.place_low != line.place_high
            yield (
                each.category.name_zh,
                line.unit.code,
                line.unit.name_zh,
                line.total,
                to_four(line.total_low),
                to_four(line.total_high),
                line.place,
                f"{line.place_low}–{line.place_high}" if several else None,
                names.get(line.grade or ""),
                chances.get("differs"),
                names.get(mostly(chances.get("grades", {}), line.grade) or ""),
                "、".join(groups) or None,
                to_four(low),
                to_four(high),
            )


def to_four(value: float | None) -> float | None:
    """As many places as totals have."""
    return None if value is None else round(value, 4)


def mostly(grades: Mapping[str, float], grade: str | None) -> str | None:
    """The grade that a unit gets most often instead of its own; None where it never does."""
    others = {key: share for key, share in grades.items() if key != grade}
    return max(others, key=lambda key: float(others[key]), default=None)
