"""Whether the sheets fit together: codes, references, weights, ballots."""

from surveys.scoring.schemes import preset, preset_keys
from surveys.setup.campaign_checks import check_campaigns
from surveys.setup.indicator_checks import check_indicators
from surveys.setup.member_checks import check_members
from surveys.setup.problems import Problems
from surveys.setup.references import note_doubles, note_unknown
from surveys.setup.written import Written


def check(written: Written, problems: Problems) -> None:
    """Note every problem that shows only when sheets are seen together."""
    _check_doubles(written, problems)
    _check_categories(written, problems)
    _check_units(written, problems)
    _check_assessments(written, problems)
    check_campaigns(written, problems)
    check_indicators(written, problems)
    check_members(written, problems)


def _check_doubles(written: Written, problems: Problems) -> None:
    note_doubles((((r.code,), r.place) for r in written.categories), "类别代码", problems)
    note_doubles((((r.code,), r.place) for r in written.units), "单位代码", problems)
    note_doubles((((r.name_zh,), r.place) for r in written.units), "单位名称", problems)
    note_doubles((((r.code,), r.place) for r in written.forms.forms), "测评表代码", problems)
    granted = (((r.unit, r.kind.value, r.reason, r.document), r.place) for r in written.adjustments)
    note_doubles(granted, "事由", problems)
    listed = (((r.unit, r.item, r.document), r.place) for r in written.vetoes)
    note_doubles(listed, "否决事项", problems)


def _check_categories(written: Written, problems: Problems) -> None:
    if written.scheme not in preset_keys():
        return
    known = tuple(category.key for category in preset(written.scheme).categories)
    note_unknown(
        ((row.code, row.place) for row in written.categories),
        "类别代码",
        problems,
        code="category_not_in_scheme",
        known=known,
    )


def _check_units(written: Written, problems: Problems) -> None:
    note_unknown(
        ((row.category, row.place) for row in written.units),
        "类别代码",
        problems,
        code="unknown_category",
        known=written.category,
    )
    named = [(row.unit, row.place) for row in written.adjustments]
    named += [(row.unit, row.place) for row in written.vetoes]
    note_unknown(
        named,
        "单位代码",
        problems,
        code="unknown_unit",
        known=written.unit,
    )


def _check_assessments(written: Written, problems: Problems) -> None:
    note_unknown(
        ((row.body, row.place) for row in written.assessments),
        "考核责任单位",
        problems,
        code="unknown_unit",
        known=written.unit,
    )
    for row in written.assessments:
        if row.subject and next(written.subjects(row), None) is None:
            problems.add(row.place, "考核对象", "unknown_subject", value=row.subject)
        if row.body and row.body == row.subject:
            problems.add(row.place, "考核对象", "assesses_itself", value=row.subject)
