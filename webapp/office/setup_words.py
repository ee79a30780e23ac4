"""Words of the set-up: what is wrong with a cell and how to mend it, what is still open.

Facts stand in the words as ``%(value)s``, ``%(header)s``, ``%(first)s``, ``%(second)s`` and
``%(all)s``, all facts of the problem one after the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _

from surveys.models import ChangeKind, IndicatorPart, RaterScope
from surveys.setup.open_questions import OpenQuestion
from surveys.setup.problems import RowProblem
from webapp.languages import language, name_of
from webapp.office.exchange_words import FILE_PROBLEMS

SHEETS: Final[Mapping[str, Any]] = {
    "考核周期": _("Period"),
    "类别": _("Categories"),
    "单位名单": _("Units"),
    "班子成员": _("Members of leading groups"),
    "考核关系": _("Who assesses whom"),
    "测评表": _("Questionnaires"),
    "测评选项": _("Options"),
    "测评题目": _("Items"),
    "跳题规则": _("Routes"),
    "测评活动": _("Campaigns"),
    "测评主体": _("Rater groups"),
    "票数调整": _("Numbers of ballots"),
    "指标": _("Indicators"),
    "指标值": _("Values of indicators"),
    "加减分": _("Bonus and deduction"),
    "一票否决": _("Vetoes"),
    "成员得分": _("Points of members"),
    "成员事实认定": _("Facts established of members"),
}

SCOPES: Final[Mapping[RaterScope, Any]] = {
    RaterScope.CATEGORY: _("Each ballot: all units of one category"),
    RaterScope.PEERS: _("From each unit: the other units of its category"),
    RaterScope.OTHER_KIND: _("Departments rate townships, townships rate departments"),
    RaterScope.OWN: _("Each ballot: the own unit"),
    RaterScope.UNIT: _("Each ballot: one unit"),
    RaterScope.BODIES: _("From each unit: the bodies that assess it"),
}

PARTS: Final[Mapping[IndicatorPart, Any]] = {
    IndicatorPart.QUARTERLY: _("Quarterly assessment"),
    IndicatorPart.ANNUAL: _("Annual indicators"),
    IndicatorPart.SPECIAL: _("Special assessments"),
}

_REFERENCE: Final = _("Correct the code, or add it to its own sheet first.")
_ONE_OF: Final = _("One of: %(all)s")

# What was expected, and how to mend it.
PROBLEMS: Final[Mapping[str, tuple[Any, Any]]] = {
    "sheet_missing": (
        _("A sheet of this name"),
        _("Add the sheet; the blank template has it. It may stay empty where nothing applies."),
    ),
    "column_missing": (
        _("A column with the header “%(header)s”"),
        _("Write this header into the row of headers, as in the template."),
    ),
    "sheet_empty": (_("At least one row"), _("Fill in the sheet, one row for each.")),
    "fact_missing": (_("A row “%(all)s”"), _("Add the row with its content.")),
    "missing": (_("Something under “%(header)s”"), _("Fill in the cell.")),
    "too_long": (_("At most %(first)s characters"), _("Shorten the text.")),
    "formula_without_result": (
        _("A value: the formula has no result, or an error"),
        _("Open the file in your spreadsheet program, let it calculate, and save it as values."),
    ),
    "bad_code": (
        _("Letters, digits, - _ and . without spaces"),
        _("Write the code with these signs only, at most 32."),
    ),
    "not_a_choice": (_ONE_OF, _("Choose from the list in the cell.")),
    "not_a_number": (_("A number"), _("Write the number in digits, without unit or words.")),
    "out_of_range": (
        _("A number between %(first)s and %(second)s"),
        _("Check the number; weights are written as 0.25 or 25%%."),
    ),
    "too_many_places": (
        _("At most %(first)s digits after the point"),
        _("Round the number: what is stored must be what stands here."),
    ),
    "not_whole": (_("A whole number"), _("Write the number without a fraction.")),
    "not_a_date": (
        _("A date such as 2026-01-31"),
        _("Use a date that exists, in this form or as a date cell."),
    ),
    "ends_before_start": (
        _("A date on or after %(first)s"),
        _("Correct the first or the last day."),
    ),
    "duplicate": (
        _("A code or name that stands only once; it already stands in row %(all)s"),
        _("Delete one of the two rows, or give it another code."),
    ),
    "own_scheme_missing": (
        _("The file of the scheme, in the row %(all)s"),
        _("Add the row with the file, or choose a scheme that comes with Gongping."),
    ),
    "own_scheme_faulty": (
        _("A scheme that holds together: %(all)s"),
        _("Mend it on the page of the scheme, which names every row, and load it again."),
    ),
    "category_not_in_scheme": (
        _("A category of the scheme: %(all)s"),
        _("Use the scheme's categories, or choose another scheme."),
    ),
    "unknown_category": (_("A category of the sheet 类别: %(all)s"), _REFERENCE),
    "unknown_unit": (_("A unit of the sheet 单位名单"), _REFERENCE),
    "unknown_member": (_("A member of the sheet 班子成员"), _REFERENCE),
    "unknown_person_component": (
        _("A component for persons of the scheme that takes figures: %(all)s"),
        _("Use the scheme's name for it, or choose a scheme that scores persons."),
    ),
    "unknown_person_fact": (
        _("A fact about persons that the scheme names: %(all)s"),
        _("Use the scheme's name for it, or choose a scheme that scores persons."),
    ),
    "head_weight_without_members": (
        _("An empty cell: “%(first)s” does not rate members"),
        _("Delete the weight, or use a questionnaire about members of leading groups."),
    ),
    "unknown_form": (_("A questionnaire of the sheet 测评表: %(all)s"), _REFERENCE),
    "unknown_campaign": (_("A campaign of the sheet 测评活动: %(all)s"), _REFERENCE),
    "unknown_group": (_("A rater group of this campaign: %(all)s"), _REFERENCE),
    "unknown_indicator": (_("An indicator of the sheet 指标: %(all)s"), _REFERENCE),
    "unknown_item": (_("An item of this questionnaire: %(all)s"), _REFERENCE),
    "unknown_option": (_("An option of this item: %(all)s"), _REFERENCE),
    "unknown_subject": (
        _("A unit, a category, or 全部单位, 全部部门, 全部乡镇"),
        _("Write one of these."),
    ),
    "assesses_itself": (
        _("Another unit than the body itself"),
        _("Delete the row: no body assesses itself."),
    ),
    "form_without_items": (
        _("Items for this questionnaire"),
        _("Add its items to the sheet 测评题目."),
    ),
    "only_ratings_have_weight": (
        _("An empty cell: only rated items make the score"),
        _("Delete the weight, or make it a rated item."),
    ),
    "one_comment_only": (
        _("At most one item for free text"),
        _("Keep one, delete the others."),
    ),
    "number_of_options": (
        _("Between %(first)s and %(second)s options"),
        _("Add or delete options in the sheet 测评选项."),
    ),
    "no_option_has_points": (
        _("Options with points"),
        _("Give the options their points in the sheet 测评选项."),
    ),
    "item_weights_not_100": (
        _("Weights of the items of %(first)s that sum to 100"),
        _("Now they sum to %(value)s: change one of them."),
    ),
    "kind_asked_already": (
        _("A questionnaire of a kind that no other campaign has: %(first)s asks such a one"),
        _(
            "Scoring takes in one campaign of each kind, and the ballots of a second one would be "
            "lost. Add its groups to %(first)s, or set it up in a period of its own."
        ),
    ),
    "campaign_without_groups": (
        _("Rater groups for this campaign"),
        _("Add them to the sheet 测评主体."),
    ),
    "group_weights_not_one": (
        _("Weights of the groups of %(first)s that sum to 1"),
        _("Now they sum to %(value)s: change one of them."),
    ),
    "scope_not_for_form": (
        _("What this kind of questionnaire allows"),
        _(
            "Recognition rates a single unit (单个单位), the reverse evaluation the assessing "
            "bodies (考核责任单位); the others belong to the democratic evaluation."
        ),
    ),
    "open_code_for_one_unit_only": (
        _("单个单位 where the code is open"),
        _("A poster asks about one unit: change the scope, or write 否."),
    ),
    "ballot_too_long": (
        _("At most %(first)s answers on one ballot"),
        _("This ballot would have %(value)s: split the category, or shorten the questionnaire."),
    ),
    "size_not_for_single_units": (
        _("A group whose ballots belong to single units"),
        _("This group votes by category: change its number in the sheet 测评主体."),
    ),
    "more_than_staff": (
        _("At most the staff of the unit: %(second)s"),
        _("Lower the number, or correct the staff in the sheet 单位名单."),
    ),
    "quarter_missing": (
        _("The quarter, 1 to 4"),
        _("A quarterly indicator names its quarter."),
    ),
    "quarter_not_wanted": (
        _("An empty cell"),
        _("Only quarterly indicators have a quarter."),
    ),
    "bad_parameter": (
        _("Parameters such as 最低分=60；最高分=100. This conversion knows: %(all)s"),
        _("Write name=number, several separated by a semicolon; or leave the cell empty."),
    ),
    "target_missing": (
        _("A target above 0, because the conversion is %(first)s"),
        _("Fill in the target, or choose another conversion."),
    ),
    "indicator_weights_not_one": (
        _("Weights that sum to 1 for each unit: %(all)s"),
        _("Now they sum to %(value)s: change a weight, or complete the values."),
    ),
}


# What of a file was not read as a row.
NOTES: Final[Mapping[str, Any]] = {
    "sheet_ignored": _("The sheet “%(sheet)s” is no table of the set-up: it was passed over."),
    "sheet_twice": _("The sheet “%(sheet)s” holds a table a second time: it was passed over."),
    "sheet_known_by_headers": _("The sheet “%(value)s” was read as “%(sheet)s”, by its headers."),
    "values_unfolded": _(
        "“%(sheet)s”: one column for each indicator was read as its values: %(value)s."
    ),
    "column_ignored": _("“%(sheet)s”: column %(value)s is not known; it was passed over."),
    "row_skipped": _("“%(sheet)s”, row %(row)s (%(value)s) is a sum or a note: not read."),
    "hidden_rows_read": _("“%(sheet)s”: hidden rows were read like all others: %(value)s."),
    "hidden_sheet_read": _("The hidden sheet “%(sheet)s” was read like all others."),
}

CHANGES: Final[Mapping[ChangeKind, Any]] = {
    ChangeKind.CREATION: _("Period begun"),
    ChangeKind.IMPORT: _("File loaded"),
    ChangeKind.COPY: _("Copied"),
    ChangeKind.EDIT: _("Edited"),
    ChangeKind.REMOVAL: _("Removed"),
}

# What each table is for, in the words of the checklist.
STEPS: Final[Mapping[str, Any]] = {
    "考核周期": _("Name, dates, and how the total is made"),
    "类别": _("Units are ranked within their category"),
    "单位名单": _("Who is assessed, with the number of staff"),
    "班子成员": _("Only where persons are rated"),
    "考核关系": _("Needed for the reverse evaluation"),
    "测评表": _("What is asked"),
    "测评活动": _("One questionnaire, one ballot box"),
    "测评主体": _("Who votes, with which weight, how many ballots"),
    "票数调整": _("Only where a unit differs from its group"),
    "指标": _("What is measured, and how it becomes points"),
    "指标值": _("May arrive after the freeze"),
    "加减分": _("May arrive after the freeze"),
    "一票否决": _("May arrive after the freeze"),
    "成员得分": _("Only where persons are rated; may arrive after the freeze"),
    "成员事实认定": _("Only where persons are rated; may arrive after the freeze"),
}


@dataclass(frozen=True)
class ProblemWords:
    """One line of the list of problems."""

    sheet: str
    gloss: str
    cell: str
    header: str
    value: str
    expected: str
    mend: str


def problem_words(problem: RowProblem) -> ProblemWords:
    """Say what was expected and how to mend it, in the page's language."""
    between = "、" if language() == "zh" else ", "
    facts = {
        "value": problem.value,
        "header": problem.header,
        "first": problem.expected[0] if problem.expected else "",
        "second": problem.expected[1] if len(problem.expected) > 1 else "",
        "all": between.join(problem.expected) or "–",
    }
    expected, mend = PROBLEMS.get(problem.code) or FILE_PROBLEMS[problem.code]
    return ProblemWords(
        sheet=problem.sheet,
        gloss="" if language() == "zh" else str(SHEETS.get(problem.sheet, "")),
        cell=problem.cell if problem.row else "",
        header=problem.header,
        value=problem.value,
        expected=str(expected) % facts,
        mend=str(mend) % facts,
    )


def note_words(note: Mapping[str, Any]) -> str:
    """One sentence for something of a file that was not read as a row."""
    return str(NOTES[note["code"]]) % note


def question_words(question: OpenQuestion) -> str:
    """One sentence for something that is still open."""
    problem = question.facts.get("problem")
    if isinstance(problem, RowProblem):
        words = problem_words(problem)
        expected = gettext("Expected: %(what)s", what=words.expected)
        return f"{expected}{'。' if language() == 'zh' else '. '}{words.mend}"
    rows = question.facts.get("rows")
    if isinstance(rows, tuple):
        return str(
            ngettext("%(num)s row needs correction.", "%(num)s rows need correction.", len(rows))
        )
    facts = {key: _fact(fact) for key, fact in question.facts.items()}
    return _sentences()[question.code] % facts


def _fact(fact: object) -> str:
    if isinstance(fact, IndicatorPart):
        return str(PARTS[fact])
    if isinstance(fact, tuple):
        between = "、" if language() == "zh" else ", "
        return between.join(name_of(each) for each in fact)
    return str(fact) if isinstance(fact, str | int) else name_of(fact)


def _sentences() -> Mapping[str, str]:
    return {
        "no_units": gettext("There are no units yet."),
        "no_campaigns": gettext("There is no campaign yet."),
        "category_without_units": gettext("Category “%(row)s” has no units."),
        "no_members": gettext(
            "“%(row)s” asks about members of leading groups, but there are none yet."
        ),
        "member_without_points": gettext(
            "“%(component)s” is missing for %(n)s of the members: without it they get no total."
        ),
        "nobody_assesses": gettext(
            "“%(row)s” asks about assessing bodies, but nobody assesses anybody."
        ),
        "group_without_ballots": gettext("“%(row)s”: group “%(group)s” gets no ballots."),
        "group_stays_below_minimum": gettext(
            "“%(row)s”: even if everybody votes, group “%(group)s” stays below its minimum for "
            "%(units)s. Its weight then goes to the other groups."
        ),
        "indicator_without_values": gettext("Indicator “%(row)s” has no values."),
        "part_without_indicators": gettext("No indicators for: %(part)s."),
        "value_missing": gettext(
            "Indicator “%(row)s” has no value for %(units)s. The mean is taken over the others."
        ),
    }
