"""The words of every remark and proposal that a score can carry: one table for each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from surveys.publishing.score_sheet import Names
from surveys.scoring.notes import ConsequenceCode, NoteCode
from surveys.scoring.scheme_parts import Branch
from surveys.scoring.schemes import Level
from webapp.languages import name_of, points, share

NEUTRAL, WARN = "neutral", "warn"

# What is remarked, and how much it asks to be looked at.
NOTES: Final[Mapping[NoteCode, tuple[Any, str]]] = {
    NoteCode.GROUP_BELOW_MINIMUM: (
        _("%(group)s: valid votes: %(n_valid)s, at least %(min_valid)s are needed: not counted"),
        NEUTRAL,
    ),
    NoteCode.GROUP_TRIMMED: (
        _("%(group)s: the %(n_dropped_each_end)s highest and lowest ballots were dropped"),
        NEUTRAL,
    ),
    NoteCode.INDICATOR_UNDEFINED: (
        _("%(indicator)s: the figure cannot be converted (%(conversion)s): not counted"),
        WARN,
    ),
    NoteCode.PREVIOUS_RESTATED: (
        _("%(indicator)s: last period's figure was %(published)s, restated as %(restated)s"),
        NEUTRAL,
    ),
    NoteCode.BOARD_COLOUR: (
        _("%(indicator)s: %(value)s, place %(place)s of %(n)s: %(colour)s"),
        NEUTRAL,
    ),
    NoteCode.WEIGHTS_REDISTRIBUTED: (
        _("Groups that count hold %(usable_weight)s of the weight; it was spread over them"),
        NEUTRAL,
    ),
    NoteCode.VALUES_MISSING: (
        _("%(n_present)s of %(n_expected)s figures are there: their mean counts"),
        WARN,
    ),
    NoteCode.COMPONENT_INSUFFICIENT: (
        _("%(component)s: groups that count hold only %(usable_weight)s of the weight: no points"),
        WARN,
    ),
    NoteCode.FIGURES_MISSING: (
        _("%(component)s: none of its figures (%(n_expected)s expected) is there: no points"),
        WARN,
    ),
    NoteCode.COMPONENT_EMPTY: (
        _("%(component)s: nothing is set up that it could be reckoned from: no points"),
        WARN,
    ),
    NoteCode.COMPONENT_DECIDED: (
        _("%(component)s: points set by decision %(document)s: %(reason)s"),
        NEUTRAL,
    ),
    NoteCode.ADJUSTMENT_UNAPPROVED: (
        _("%(reason)s (%(points)s) is not approved by a second person: not counted"),
        WARN,
    ),
    NoteCode.BONUS_CAPPED: (_("Bonus of %(claimed)s claimed, capped at %(cap)s"), NEUTRAL),
    NoteCode.BONUS_VOID_BY_VETO: (
        _("Bonus of %(claimed)s void because of the veto (%(item)s)"),
        WARN,
    ),
    NoteCode.REVERSE_BELOW_MINIMUM: (
        _(
            "Reverse evaluation: units that rated: %(n_units)s, fewer than %(min_units)s:"
            " no deduction"
        ),
        NEUTRAL,
    ),
    NoteCode.TOTAL_RAISED_TO_FLOOR: (
        _("Total of %(reckoned)s raised to the floor of %(floor)s"),
        NEUTRAL,
    ),
    NoteCode.TOTAL_OPEN: (_("No total yet: %(components)s must be decided"), WARN),
    NoteCode.VETOED: (_("Veto: %(item)s (%(level)s). %(document)s"), WARN),
    NoteCode.OUTSIDE_QUOTA_BASE: (_("Outside the base of the quota: no place, no grade"), NEUTRAL),
    NoteCode.GRADE_CAPPED: (_("Grade capped at %(cap)s: %(reason)s (%(document)s)"), WARN),
    NoteCode.FACT_ESTABLISHED: (_("Established: %(name)s (%(document)s)"), WARN),
    NoteCode.GRADE_DECIDED: (
        _(
            "Grade decided by %(decided_by)s: %(decided)s instead of %(reckoned)s. "
            "%(reason)s (%(document)s)"
        ),
        NEUTRAL,
    ),
    NoteCode.SHARED_PLACE: (_("Place %(place)s is shared by %(n_units)s units"), NEUTRAL),
    NoteCode.TIE_STRADDLES_QUOTA: (
        _(
            "%(n_tied)s units are tied, and seats of %(grade)s left for them: %(n_seats_left)s."
            " None of them gets one until the committee decides"
        ),
        WARN,
    ),
    NoteCode.NO_SEAT_FITS_BAND: (
        _("No whole number of seats for %(grade)s fits a category of %(n)s units"),
        WARN,
    ),
    NoteCode.TOTALS_MISSING: (
        _("Units without a total: %(n_units)s. Until then places and seats are provisional"),
        WARN,
    ),
    NoteCode.COLOURS_NEED_MORE_UNITS: (
        _("No colours: units with a place: %(n)s; at least %(min_units)s are needed"),
        NEUTRAL,
    ),
}

# What is said otherwise of persons.
OF_PERSONS: Final[Mapping[NoteCode, Any]] = {
    NoteCode.SHARED_PLACE: _("Place %(place)s is shared by %(n_units)s persons"),
    NoteCode.TIE_STRADDLES_QUOTA: _(
        "%(n_tied)s persons are tied, and seats of %(grade)s left for them: %(n_seats_left)s."
        " None of them gets one until the committee decides"
    ),
    NoteCode.NO_SEAT_FITS_BAND: _("No whole number of seats for %(grade)s fits %(n)s persons"),
    NoteCode.TOTALS_MISSING: _(
        "Persons without a total: %(n_units)s. Until then places and seats are provisional"
    ),
}

PROPOSALS: Final[Mapping[ConsequenceCode, Any]] = {
    ConsequenceCode.WRITTEN_REPORT: _(
        "Written report on the causes, due within %(due_working_days)s working days"
    ),
    ConsequenceCode.MERIT_QUOTA: _("Share of staff that may be rated excellent: %(share)s"),
    ConsequenceCode.BONUS_COEFFICIENT: _("Performance bonus multiplied by %(coefficient)s"),
    ConsequenceCode.WRITTEN_EXPLANATION: _(
        "Written explanation: the assessed units rate this body at %(reverse_points)s"
    ),
    ConsequenceCode.REVERIFY_SCORES: _(
        "The office checks the scores that this body gave: it is rated at %(reverse_points)s"
    ),
    ConsequenceCode.PAY: _("Performance pay: %(base)s × %(coefficient)s = %(amount)s"),
    ConsequenceCode.MEASURE: _("%(name)s, because of: %(because)s"),
}

COLOURS: Final[Mapping[str, Any]] = {
    "green": _("Green"),
    "yellow": _("Yellow"),
    "red": _("Red"),
    "grey": _("Grey"),
}
SHARES: Final = frozenset({"usable_weight", "share"})
POINTS: Final = frozenset({"claimed", "cap", "reckoned", "floor", "reverse_points"})
PARTS: Final = frozenset({"group", "indicator"})
GRADES: Final = frozenset({"grade", "decided", "asked", "reckoned", "cap"})


@dataclass(frozen=True)
class NoteWords:
    """A remark in the page's language; tone: neutral or warn."""

    text: str
    tone: str


@dataclass(frozen=True)
class ScoreWords:
    """Puts stored remarks and proposals into words, with the names of a period.

    `persons`: the remarks are about persons, not units.
    """

    scheme: Level
    names: Names
    persons: bool = False

    def component(self, key: str) -> str:
        """A component's name."""
        found = [{"zh": each.zh, "en": each.en} for each in self.scheme.components]
        keys = [each.key for each in self.scheme.components]
        return name_of(found[keys.index(key)]) if key in keys else key

    def part(self, component: str, key: str) -> str:
        """The name of a quarter, an indicator, a group or a channel."""
        return name_of(self.names.get((component, key))) or key

    def article(self, key: str) -> str:
        """The article of the scheme that a component comes from."""
        return next((each.article for each in self.scheme.components if each.key == key), "")

    def branches(self, key: str) -> tuple[Branch, ...]:
        """The branches of a component's tree, if it has any."""
        return next((each.branches for each in self.scheme.components if each.key == key), ())

    def grade(self, key: str | None) -> str:
        """A grade's name, or a dash."""
        for each in self.scheme.grades:
            if each.key == key:
                return name_of({"zh": each.zh, "en": each.en})
        return key or "–"

    def grade_tone(self, key: str | None) -> str:
        """The tone of a grade's badge: good for the best, bad for the last."""
        ranks = [each.key for each in self.scheme.grades]
        if key not in ranks:
            return "neutral"
        rank = ranks.index(key)
        return {0: "good", len(ranks) - 1: "bad", 1: "accent"}.get(rank, "warn")

    def note(self, note: Mapping[str, Any], component: str = "") -> NoteWords:
        """A remark in words."""
        code = NoteCode(note["code"])
        words, tone = NOTES[code]
        words = OF_PERSONS.get(code, words) if self.persons else words
        return NoteWords(str(words) % self._facts(note.get("facts", {}), component), tone)

    def proposal(self, proposal: Mapping[str, Any]) -> str:
        """A proposal in words."""
        words = PROPOSALS[ConsequenceCode(proposal["code"])]
        return str(words) % self._facts(proposal.get("facts", {}), "")

    def _facts(self, facts: Mapping[str, Any], component: str) -> dict[str, str]:
        words = {name: self._fact(name, fact, component) for name, fact in facts.items()}
        if "zh" in facts:
            words["name"] = name_of({"zh": facts["zh"], "en": facts["en"]})
        if "because_zh" in facts:
            because = {"zh": facts["because_zh"], "en": facts["because_en"]}
            words["because"] = name_of(because)
        return words

    def _fact(self, name: str, fact: Any, component: str) -> str:
        if fact is None:
            return "–"
        if name in PARTS:
            return self.part(component or "annual", str(fact))
        if name in GRADES and _is_key(fact):
            return self.grade(str(fact))
        writers: Mapping[str, Callable[[Any], str]] = {
            "component": self.component,
            "components": self._listed,
            "level": self._level,
            "colour": _as_colour,
            **dict.fromkeys(SHARES, _as_share),
            **dict.fromkeys(POINTS, _as_points),
        }
        return writers.get(name, str)(fact)

    def _listed(self, keys: Any) -> str:
        return str(gettext(", ")).join(self.component(str(key)) for key in keys)

    def _level(self, key: str) -> str:
        levels = self.scheme.veto.levels if self.scheme.veto else ()
        for each in levels:
            if each.key == key:
                return name_of({"zh": each.zh, "en": each.en})
        return key


def _as_share(fact: Any) -> str:
    return share(float(fact), 0)


def _as_points(fact: Any) -> str:
    return points(Decimal(fact))


def _as_colour(fact: Any) -> str:
    return str(COLOURS.get(str(fact), fact))


def _is_key(fact: Any) -> bool:
    return isinstance(fact, str) and not fact.replace(".", "", 1).lstrip("-").isdigit()
