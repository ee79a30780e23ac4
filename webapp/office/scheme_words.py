"""A scheme in words: its fields, its values, what is wrong with its file, what differs."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from surveys.scoring.scheme_changes import SchemeChange, Step
from surveys.scoring.scheme_parts import Component, Grade
from surveys.scoring.scheme_text import SchemeProblem
from surveys.scoring.schemes import Cycle
from webapp.languages import name_of

HUNDRED: Final = Decimal(100)
SHARES: Final = frozenset(
    {"weight", "share", "low", "high", "min_usable_weight", "merit_quota", "above"}
)
OF_SHARES: Final = frozenset({"category_weights", "role_weights"})

FIELDS: Final[Mapping[str, Any]] = {
    "above": _("must hold more than"),
    "adjustments": _("Bonus and deductions"),
    "aliases": _("other names"),
    "article": _("article"),
    "at_least_one_from": _("at least one seat from so many units"),
    "at_most": _("gap at most"),
    "board": _("board of colours"),
    "bonus": _("Bonus points"),
    "bonus_coefficient": _("bonus coefficient"),
    "branches": _("branches"),
    "cap": _("cap"),
    "categories": _("Categories"),
    "category_weights": _("weights by category"),
    "closed": _("closed projects"),
    "colours": _("Colours"),
    "components": _("Components"),
    "consequences": _("what follows"),
    "convert": _("conversion"),
    "counts_as_order": _("counts as an order"),
    "cycle": _("Cycle"),
    "due_working_days": _("due within working days"),
    "effect": _("effect"),
    "engine": _("version of the rules of reckoning"),
    "explain_below": _("explanation below"),
    "facts": _("Facts"),
    "grade": _("grade"),
    "grade_cap": _("grade at best"),
    "grades": _("Grades"),
    "green": _("green"),
    "groups": _("rater groups"),
    "high": _("share to"),
    "items": _("listed items"),
    "key": _("key"),
    "kind": _("kind"),
    "leaves": _("number of indicators"),
    "levels": _("levels"),
    "look_back": _("Look-back over former periods"),
    "low": _("share from"),
    "maximum": _("full marks"),
    "measure": _("measure"),
    "measures": _("measures"),
    "merit_quota": _("staff that may be rated excellent"),
    "method": _("method"),
    "min_units": _("units at least"),
    "min_usable_weight": _("usable weight at least"),
    "min_valid": _("valid votes at least"),
    "minimum": _("points at least"),
    "n_expected": _("expected figures"),
    "n_from": _("from so many ballots"),
    "only_marked": _("only those marked"),
    "order": _("order"),
    "own": _("own place"),
    "own_weights": _("weights of one's own"),
    "parameters": _("parameters"),
    "periods": _("periods on end"),
    "persons": _("Persons"),
    "points": _("points"),
    "progress": _("Projects"),
    "quota": _("seats"),
    "rate": _("rate"),
    "red": _("red"),
    "report_due_working_days": _("report due within working days"),
    "reverify_below": _("re-verification below"),
    "reverse": _("Reverse evaluation"),
    "role_weights": _("weights by role"),
    "sanction": _("sanction"),
    "section": _("section"),
    "sections": _("Sections"),
    "share": _("share"),
    "sheet": _("sheet"),
    "states": _("states"),
    "steps": _("steps"),
    "survey": _("survey"),
    "tag_share": _("share of tagged indicators"),
    "tags": _("tags"),
    "take": _("takes"),
    "talk": _("talk"),
    "talk_from_order": _("talk from so many orders"),
    "then": _("then converted by"),
    "threshold": _("threshold"),
    "tie": _("who ties gets"),
    "tie_break": _("Tie-breaks"),
    "total_floor": _("Lowest total"),
    "trim": _("trimming"),
    "unscored": _("answers without points"),
    "version": _("Version"),
    "veto": _("Veto"),
    "voids_bonus": _("voids the bonus"),
    "weight": _("weight"),
    "weights_sum": _("sum of the weights"),
    "yellow": _("yellow"),
    "zh": _("Chinese name"),
    "en": _("English name"),
}

CYCLES: Final[Mapping[Cycle, Any]] = {
    Cycle.MONTH: _("a month"),
    Cycle.QUARTER: _("a quarter"),
    Cycle.HALF_YEAR: _("half a year"),
    Cycle.YEAR: _("a year"),
    Cycle.SPECIAL: _("a special assessment"),
}

KINDS: Final[Mapping[str, Any]] = {
    "mean": _("mean of its figures"),
    "indicators": _("weighted mean of indicators"),
    "survey": _("survey"),
    "board": _("board of colours"),
    "team": _("total of one's unit"),
}

PROBLEMS: Final[Mapping[str, Any]] = {
    "missing": _("This entry is missing. Add it."),
    "extra_forbidden": _("Nobody knows this entry. Correct its name, or delete it."),
    "key_twice": _("The key %(key)s stands here a second time. Every part has a key of its own."),
    "weights_not_one": _(
        "The weights of the components must add up to 1; in category %(category)s they make "
        "%(sum)s."
    ),
    "group_weights_not_one": _(
        "The weights of the rater groups must add up to 1; they make %(sum)s."
    ),
    "branch_weights_not_one": _("The weights of the branches must add up to 1; they make %(sum)s."),
    "proportions_not_one": _(
        "Where one grade has a proportion, all have one, and together they make 1; they make "
        "%(sum)s."
    ),
    "unknown_category": _("There is no category %(category)s in this scheme."),
    "unknown_section": _("There is no section %(section)s in this scheme."),
    "unknown_conversion": _("There is no conversion %(conversion)s. Known ones: %(known)s."),
    "unknown_grade": _("There is no grade %(grade)s in this scheme. Known ones: %(known)s."),
    "unknown_tie_break": _(
        "Ties are broken by the key of a component or by “deductions”; %(name)s is neither."
    ),
    "unknown_engine": _(
        "This software reckons by version %(expected)s of the rules; the scheme asks for %(found)s."
    ),
    "literal_error": _("One of these is expected: %(expected)s. Found: %(found)s."),
    "enum": _("One of these is expected: %(expected)s. Found: %(found)s."),
    "greater_than_equal": _("The number is too small: %(found)s."),
    "less_than_equal": _("The number is too large: %(found)s. A share lies between 0 and 1."),
    "string_type": _("A text between quotation marks is expected. Found: %(found)s."),
    "int_type": _("A whole number is expected. Found: %(found)s."),
    "int_parsing": _("A whole number is expected. Found: %(found)s."),
    "bool_type": _("true or false is expected. Found: %(found)s."),
    "bool_parsing": _("true or false is expected. Found: %(found)s."),
    "tuple_type": _("A list is expected. Found: %(found)s."),
    "dict_type": _("A table is expected. Found: %(found)s."),
    "model_type": _("A table is expected. Found: %(found)s."),
}
# What the scheme's own checks say, by the beginning of the reader's message.
SAID: Final[Mapping[str, Any]] = {
    "Value error, not a number": _("This is no number: %(found)s."),
    "Value error, write numbers": _(
        'Numbers stand between quotation marks, so that they are reckoned exactly: "0.15".'
    ),
    "Value error, a component of kind survey": _(
        "A component of kind survey, and no other, has a table “survey”."
    ),
    "Value error, a component of kind board": _(
        "A component of kind board, and no other, has a table “board”."
    ),
    "Value error, a component needs a sheet": _(
        "The component needs the name of a sheet, unless it is of kind team."
    ),
    "Value error, a band needs": _("A band needs low and high; the other quotas need share."),
    "Value error, low is above high": _("low is above high."),
}


@dataclass(frozen=True)
class ProblemWords:
    """One problem of a file: where it stands, what stands there, what is wrong with it."""

    row: int
    where: str
    line: str
    words: str


@dataclass(frozen=True)
class ChangeWords:
    """One entry that differs: where it stands, what it said and says."""

    where: str
    before: str
    after: str


def problem_words(problem: SchemeProblem, lines: list[str]) -> ProblemWords:
    """A problem with the line it stands in."""
    facts = dict(problem.facts)
    said = next(
        (words for start, words in SAID.items() if facts.get("expected", "").startswith(start)),
        None,
    )
    words = said or PROBLEMS.get(problem.code) or _("This does not fit: %(found)s.")
    expected = facts.get("expected", "").removeprefix("Input should be ").replace(" or ", ", ")
    line = lines[problem.row - 1].strip() if 0 < problem.row <= len(lines) else ""
    facts = {"found": "…", **facts, "expected": expected}
    return ProblemWords(problem.row, key_words(problem.key), line, str(words) % facts)


def key_words(key: str) -> str:
    """Where an entry stands: ``components.1.weight`` is the weight of the second component."""
    steps = [f"{int(step) + 1}" if step.isdecimal() else step for step in key.split(".")]
    return " → ".join(str(FIELDS.get(step, step)) for step in steps)


def change_words(change: SchemeChange) -> ChangeWords:
    """A difference as one reads it."""
    shares = change.field in SHARES or any(step.field in OF_SHARES for step in change.path)
    where = " → ".join(step_words(step) for step in change.path)
    return ChangeWords(
        where, value_words(change.before, shares=shares), value_words(change.after, shares=shares)
    )


def step_words(step: Step) -> str:
    """A step on the way to an entry."""
    if step.zh or step.en:
        return name_of({"zh": step.zh, "en": step.en})
    return str(FIELDS.get(step.field, step.field))


def value_words(value: Any, *, shares: bool = False) -> str:
    """What stands at an entry."""
    if value is None:
        return str(gettext("nothing"))
    if isinstance(value, bool):
        return str(gettext("yes") if value else gettext("no"))
    if isinstance(value, Mapping):
        return table_words(value)
    if isinstance(value, (list, tuple)):
        return gettext(", ").join(value_words(each) for each in value) or str(gettext("nothing"))
    return percent(Decimal(value)) if shares else str(value)


def table_words(value: Mapping[str, Any]) -> str:
    """A part by its name and its entries; those that say nothing are left out."""
    name = name_of({"zh": value["zh"], "en": value["en"]}) if "zh" in value else ""
    said = [
        f"{FIELDS.get(field, field)} {value_words(each, shares=field in SHARES)}"
        for field, each in value.items()
        if field not in {"zh", "en", "key"} and each not in (None, "", [], {}, False)
    ]
    rest = gettext(", ").join(said)
    return f"{name} ({rest})" if name and rest else name or rest


def percent(share: Decimal) -> str:
    """A share as people say it."""
    return f"{(share * HUNDRED).normalize():f} %"


def weight_words(component: Component, names: Mapping[str, str]) -> str:
    """The weight of a component, by category where the categories differ."""
    if not component.category_weights:
        return percent(component.weight)
    by_category = [f"{names[key]} {percent(component.weight_in(key))}" for key in names]
    return str(gettext(", ").join(by_category))


def seats_words(grade: Grade) -> str:
    """How many seats a grade has."""
    quota = grade.quota
    if quota is None:
        return ""
    share = percent(quota.share or Decimal(0))
    low, high = percent(quota.low or Decimal(0)), percent(quota.high or Decimal(0))
    words: dict[str, str] = {
        "ceiling": gettext("at most %(share)s, rounded down", share=share),
        "proportion": gettext("%(share)s, by largest remainder", share=share),
        "band": gettext("between %(low)s and %(high)s", low=low, high=high),
        "team": gettext("as the grades of the units allow"),
    }
    return words[quota.kind]
