"""The checks in plain words: what each looks at, what may explain it, why it did not run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from surveys.models import FindingLevel


@dataclass(frozen=True)
class CheckWords:
    """One check.

    Parameters
    ----------
    name : as lists show it
    looks_at : what it looks at, one sentence
    ask : what to find out before deciding
    statistic, effect : what the check's two figures say
    """

    name: str
    looks_at: str
    ask: tuple[str, ...] = ()
    statistic: str = ""
    effect: str = ""


_MEETING = _("Was there a meeting at which people filled in the form together?")
_TERMINAL = _("Is there a shared terminal or one office network that many voters used?")
_CASE = _("Did these people live through the same event, good or bad, with this unit?")
_WORK = _("Do the two units work together closely, or have they had a real dispute?")
_STANDARD_ERRORS = _("Distance from what chance would give, in standard errors")

CHECKS: Final[Mapping[str, CheckWords]] = {
    "stuffing": CheckWords(
        _("Cluster of identical ballots"),
        _(
            "Many equal or nearly equal ballots for one unit that came through one door: one"
            " network, one device, one batch of codes or a short time."
        ),
        (_MEETING, _TERMINAL, _("Who handed out the codes of this batch, and to whom?")),
        _("Ballots with the same answers"),
        _("How many times as common as elsewhere these answers are"),
    ),
    "crowd": CheckWords(
        _("A crowd of similar ballots"),
        _(
            "Far more ballots for one unit from one source than came that way for other units,"
            " and more like each other than its other ballots are."
        ),
        (_MEETING, _TERMINAL),
        _STANDARD_ERRORS,
        _("How many times as much as elsewhere these ballots agree"),
    ),
    "context_shift": CheckWords(
        _("Shifted marks from one source"),
        _("Ballots from one source that mark a unit clearly otherwise than its other ballots do."),
        (_CASE, _TERMINAL),
        _STANDARD_ERRORS,
        _("Difference from the unit's other ballots, in marks"),
    ),
    "home_shift": CheckWords(
        _("One unit's raters against or for another"),
        _(
            "The raters of one unit who mark another unit far above or below what everybody else"
            " thinks of it."
        ),
        (_WORK, _("Do the two compete for a place in the same category?")),
        _STANDARD_ERRORS,
        _("Marks above or below what everybody else thinks"),
    ),
    "reciprocity": CheckWords(
        _("Mutual favour"),
        _("Units whose raters lift each other, two by two or in a ring."),
        (_WORK, _("Are these units led or housed together, so that their people know each other?")),
        _STANDARD_ERRORS,
        _("Average lift, in marks"),
    ),
    "bloc": CheckWords(
        _("Bloc: one up, one down"),
        _("The same raters who put one unit far up and a rival far down."),
        (_("Do these raters share a line of work, so that they share a view?"), _CASE),
        _STANDARD_ERRORS,
        _("Gap between the lifted and the sunk unit, in marks"),
    ),
    "copied": CheckWords(
        _("Copied ballots"),
        _("Ballots that agree further than independent ballots of their kind would."),
        (_("Did colleagues talk it over first, or fill in the form side by side?"),),
        _("Log likelihood ratio: one copied from the other, against no connection"),
        _("Likeness: 0 for unrelated ballots, 1 for equal ones"),
    ),
    "low_effort": CheckWords(
        _("Low effort"),
        _(
            "Ballots that were filled in very fast and also in a pattern, or without relation to"
            " the units."
        ),
        (
            _(
                "Careless answers are hard to tell for certain."
                " Do the ballots move any score at all?"
            ),
        ),
        _("Ballots concerned"),
        _("Share of the typical time"),
    ),
    "careless_share": CheckWords(
        _("Share of careless ballots"),
        _(
            "How many ballots of the whole campaign nobody seems to have read: thrown marks or one"
            " mark throughout, and faster than readers are."
        ),
        (_("Is the questionnaire too long, or were people told to fill it in at once?"),),
        _("Evidence that there are such ballots at all, in log units"),
        _("Estimated share of all ballots, 0 to 1"),
    ),
    "machine": CheckWords(
        _("Machine-made ballots"),
        _(
            "Answer times unlike everybody else's that stop short at one shortest and one longest"
            " second, or marks that split into round shares more evenly than people's do."
        ),
        (_("Where did these ballots come from, and who had their codes?"),),
        _("Evidence that times are cut at both ends, in log units"),
        _("Largest distance of the times from everybody else's, 0 to 1"),
    ),
    "over_issued": CheckWords(
        _("More ballots than codes"),
        _("A batch that holds more ballots than codes were issued for it."),
        (_("Is the register of issues right? Were sheets copied?"),),
        _("Ballots in the batch"),
        _("Ballots above the number of codes"),
    ),
    "typed_tallies": CheckWords(
        _("Typed tallies"),
        _("Numbers of votes that were typed in from paper and are rounder than counting makes."),
    ),
    "turnout": CheckWords(
        _("Marks rise with turnout"),
        _("Units whose batches have better marks the fuller they are."),
        (),
        _STANDARD_ERRORS,
        _("Marks per step of turnout"),
    ),
    "divided": CheckWords(
        _("Divided opinion"),
        _(
            "Units that unusually many raters mark far below their own scale."
            " Dissent is legitimate."
        ),
        (),
        _("Raters far below their own scale"),
        _("How many times as many as usual"),
    ),
    "long_string": CheckWords(
        _("Long strings"),
        _("Ballots with longer runs of one mark than their own use of the marks explains."),
        (),
        _("Ballots concerned"),
        _("Typical p-value of these ballots"),
    ),
    "random_marking": CheckWords(
        _("Random marking"),
        _("Ballots whose marks go up and down without relation to what anybody else thinks."),
        (),
        _("Ballots concerned"),
        _("Typical p-value of these ballots"),
    ),
}
# Level → word and tone of its badge; each tone has a shape of its own.
LEVELS: Final = {
    FindingLevel.FACT: (_("Fact"), "bad"),
    FindingLevel.STRONG: (_("Strong evidence"), "warn"),
    FindingLevel.LOOK: (_("Worth a look"), "accent"),
    FindingLevel.INFORMATION: (_("For information"), "neutral"),
}
LEVELS_SAY: Final = {
    FindingLevel.FACT: _("Counted, not inferred."),
    FindingLevel.STRONG: _("Two independent checks agree, and a place moves."),
    FindingLevel.LOOK: _("One check raised it; it may well be innocent."),
    FindingLevel.INFORMATION: _("Nothing to decide: honest ballots look like this too."),
}
STEPS: Final = {
    "": _("Starting"),
    "reading": _("Reading the ballots"),
    "stuffing": _("Looking for clusters of identical ballots"),
    "contexts": _("Comparing sources"),
    "turnout": _("Comparing turnout and marks"),
    "homes": _("Comparing the units' raters"),
    "gatherings": _("Looking at who came together"),
    "blocs": _("Looking for blocs"),
    "copies": _("Comparing ballots pair by pair"),
    "effort": _("Looking at times and patterns"),
    "cases": _("Joining what belongs together"),
    "done": _("Writing down the findings"),
}
COLUMNS: Final = {
    "net": _("network"),
    "dev": _("device"),
    "tb": _("time of casting"),
    "batch": _("batch of codes"),
    "dur": _("time taken"),
    "home": _("the rater's own unit"),
    "issued": _("number of codes issued"),
}


def check_words(check: str) -> CheckWords:
    """Words of a check; its own name where it has none yet."""
    return CHECKS.get(check) or CheckWords(check, "")


def step_words(step: str) -> str:
    """The name of a step of the examination."""
    return str(STEPS.get(step, step))


def reason_words(reason: str, facts: Mapping[str, Any]) -> str:
    """Why a check did not run."""
    match reason:
        case "no_column":
            columns = [str(COLUMNS.get(name, name)) for name in facts.get("columns", ())]
            said = gettext(
                "The ballots do not keep what it needs: %(columns)s.", columns=listed(columns)
            )
        case "too_few_items":
            said = gettext(
                "The form has %(items)s rating items; it needs %(needed)s.",
                items=facts.get("items", "…"),
                needed=facts.get("needed", "…"),
            )
        case "too_many":
            said = gettext(
                "Comparing every pair of more than %(most)s ballots would take too long.",
                most=facts.get("most", "…"),
            )
        case _:
            said = _REASONS.get(reason, reason)
    return str(said)


_REASONS: Final = {
    "too_few": _("There are too few ballots or units for a fair comparison."),
    "too_few_answers": _("Each ballot holds too few answers to show a pattern."),
    "too_few_batches": _("There are too few batches of codes for each unit."),
    "too_few_tallies": _("Too few places have typed counts for a fair comparison."),
    "no_tallies": _("No votes were typed in by hand."),
    "not_matrix": _("Each ballot rates one unit only, so raters cannot be compared across units."),
}


def listed(words: Sequence[str]) -> str:
    """Words in a row, joined as the language does."""
    return str(gettext(", ")).join(words)
