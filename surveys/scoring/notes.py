"""Every remark a score can carry: a code and facts; the web chooses the words.

The facts named behind each code are what the words can use.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class NoteCode(StrEnum):
    """All codes in the order in which an evaluation can raise them."""

    # one part of a component
    GROUP_BELOW_MINIMUM = "group_below_minimum"  # group, n_valid, min_valid
    GROUP_TRIMMED = "group_trimmed"  # group, n_dropped_each_end
    INDICATOR_UNDEFINED = "indicator_undefined"  # indicator, conversion
    PREVIOUS_RESTATED = "previous_restated"  # indicator, published, restated
    BOARD_COLOUR = "board_colour"  # indicator, place, n, colour, value
    # a component
    WEIGHTS_REDISTRIBUTED = "weights_redistributed"  # usable_weight
    VALUES_MISSING = "values_missing"  # n_present, n_expected
    COMPONENT_INSUFFICIENT = "component_insufficient"  # component, usable_weight
    FIGURES_MISSING = "figures_missing"  # component, n_expected
    COMPONENT_EMPTY = "component_empty"  # component
    COMPONENT_DECIDED = "component_decided"  # component, document, reason
    # bonus, deductions, reverse evaluation
    ADJUSTMENT_UNAPPROVED = "adjustment_unapproved"  # kind, points, reason
    BONUS_CAPPED = "bonus_capped"  # claimed, cap
    BONUS_VOID_BY_VETO = "bonus_void_by_veto"  # claimed, item
    REVERSE_BELOW_MINIMUM = "reverse_below_minimum"  # n_units, min_units
    TOTAL_RAISED_TO_FLOOR = "total_raised_to_floor"  # reckoned, floor
    TOTAL_OPEN = "total_open"  # components
    # place and grade
    VETOED = "vetoed"  # item, level, document
    OUTSIDE_QUOTA_BASE = "outside_quota_base"
    GRADE_CAPPED = "grade_capped"  # cap, reason, document
    FACT_ESTABLISHED = "fact_established"  # zh, en, effect, grade, document
    GRADE_DECIDED = "grade_decided"  # reckoned, asked, decided, reason, document, decided_by
    SHARED_PLACE = "shared_place"  # place, n_units
    # a category
    TIE_STRADDLES_QUOTA = "tie_straddles_quota"  # grade, n_seats_left, n_tied
    NO_SEAT_FITS_BAND = "no_seat_fits_band"  # grade, n
    TOTALS_MISSING = "totals_missing"  # n_units: places and seats are provisional
    COLOURS_NEED_MORE_UNITS = "colours_need_more_units"  # n, min_units


class ConsequenceCode(StrEnum):
    """Proposals that follow from a grade or from the reverse evaluation."""

    WRITTEN_REPORT = "written_report"  # due_working_days
    MERIT_QUOTA = "merit_quota"  # share
    BONUS_COEFFICIENT = "bonus_coefficient"  # coefficient
    WRITTEN_EXPLANATION = "written_explanation"  # reverse_points
    REVERIFY_SCORES = "reverify_scores"  # reverse_points
    PAY = "pay"  # base, coefficient, amount
    MEASURE = "measure"  # zh, en, because_zh, because_en, article, due_working_days


@dataclass(frozen=True)
class Note:
    """One remark: a stable code and the facts its words need."""

    code: NoteCode
    facts: Mapping[str, object] = field(default_factory=dict)


def note(code: NoteCode, **facts: object) -> Note:
    """Return a note with its facts by name."""
    return Note(code, facts)
