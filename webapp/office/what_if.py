"""What if: other weights, quotas, points of a unit or treatment of findings, and who would move.

The form goes by GET: it writes nothing, works without a script, and its address can be passed on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from flask import render_template, request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

from surveys.errors import DomainError
from surveys.models import Campaign, CampaignKind, Category, Period, Unit
from surveys.publishing.certify import publication_of
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.schemes import Scheme
from surveys.scoring.what_if import Move, Seats, Treatment, Trial, WhatIf, what_if
from webapp.access import role
from webapp.board.pictures import grade_looks
from webapp.context import database
from webapp.errors import error_text
from webapp.languages import name_of
from webapp.office.blueprint import office
from webapp.office.scoring import READERS

TRIED: Final = "tried"
TREATMENTS: Final = {
    Treatment.DECIDED: _("as decided: without the ballots that two persons left out"),
    Treatment.ALL: _("all ballots count"),
    Treatment.SUSPECTED: _("without every ballot in a strong finding that nobody dismissed"),
}
RULES: Final = ("minimum", "share", "low", "high")
ROW: Final = 34
HUNDRED: Final = Decimal(100)
FINEST: Final = Decimal("0.000001")
# The campaigns whose groups come to one figure for a unit.
WEIGHED: Final = (CampaignKind.DEMOCRATIC, CampaignKind.RECOGNITION, CampaignKind.REVERSE)


@dataclass(frozen=True)
class Entry:
    """One field of the form: what stands in it, what stands in the scheme, what is wrong."""

    name: str
    label: str
    value: str
    now: str
    wrong: str = ""

    @property
    def changed(self) -> bool:
        """Whether it differs from what stands in the scheme."""
        return self.value.strip() != self.now


@dataclass(frozen=True)
class Line:
    """A line of the picture of moves: from one row to another, and which way."""

    unit: Unit
    before: int
    after: int
    way: str

    @property
    def from_y(self) -> float:
        """Middle of the row on the left."""
        return (self.before + 0.5) * ROW

    @property
    def to_y(self) -> float:
        """Middle of the row on the right."""
        return (self.after + 0.5) * ROW


@dataclass(frozen=True)
class CategoryMoves:
    """A category in which somebody moves: rows of the table, and the picture."""

    category: Category
    rows: tuple[tuple[Unit, Move], ...]
    left: tuple[tuple[Unit, Move], ...]
    right: tuple[tuple[Unit, Move], ...]
    lines: tuple[Line, ...]

    @property
    def height(self) -> int:
        """Height of the picture in pixels."""
        return ROW * len(self.left)


@dataclass(frozen=True)
class GroupWeights:
    """The weights of a campaign's rater groups; those that do not make 100 are scaled to it."""

    campaign: Campaign
    entries: tuple[Entry, ...]

    @property
    def changed(self) -> bool:
        """Whether any differs from what was set up."""
        return any(entry.changed for entry in self.entries)

    @property
    def sum(self) -> Decimal:
        """What they make in per cent, as far as they can be read."""
        return sum((as_decimal(each.value) or Decimal(0) for each in self.entries), Decimal(0))

    @property
    def scaled(self) -> bool:
        """Whether the trial reckons with other weights than those typed."""
        return self.changed and self.sum > 0 and self.sum != HUNDRED

    @property
    def weights(self) -> dict[str, Decimal]:
        """What the trial reckons with, by the group's code; the largest takes what is over."""
        typed = [as_decimal(each.value) or Decimal(0) for each in self.entries]
        whole = self.sum or Decimal(1)
        shares = [(each / whole).quantize(FINEST) for each in typed]
        if self.sum > 0:
            largest = shares.index(max(shares))
            shares[largest] += 1 - sum(shares)
        codes = (group.code for group in self.campaign.groups)
        return dict(zip(codes, shares, strict=True))

    @property
    def in_words(self) -> str:
        """The scaled weights with their groups."""
        weights = self.weights
        listed = (
            f"{name_of(group)} {written((weights[group.code] * HUNDRED).normalize())} %"
            for group in self.campaign.groups
        )
        return str(gettext(", ").join(listed))


class TrialForm:
    """Reads the address; fields that cannot be read keep their text and say what is wrong."""

    def __init__(
        self, scheme: Scheme, campaigns: Iterable[Campaign], given: MultiDict[str, str]
    ) -> None:
        self._given = given
        self.tried = TRIED in given
        self.weights = [
            self._percent(f"w-{each.key}", _in_language(each), each.weight)
            for each in scheme.components
        ]
        self.grades = [entry for grade in scheme.grades for entry in self._grade_entries(grade)]
        self.groups = [
            GroupWeights(each, tuple(self._group_entries(each)))
            for each in campaigns
            if each.kind in WEIGHED and len(each.groups) > 1
        ]
        self.unit = given.get("unit", "")
        self.points = self._number("points", gettext("Points added (or −, taken)"), Decimal(0))
        wanted = given.get("findings", "")
        known = {each.value for each in Treatment}
        self.treatment = Treatment(wanted) if wanted in known else Treatment.DECIDED

    @property
    def wrong(self) -> bool:
        """Whether any field cannot be read."""
        groups = (entry for each in self.groups for entry in each.entries)
        return any(each.wrong for each in (*self.weights, *groups, *self.grades, self.points))

    @property
    def weight_sum(self) -> Decimal:
        """Sum of the weights in per cent, as far as they can be read."""
        return sum((as_decimal(each.value) or Decimal(0) for each in self.weights), Decimal(0))

    def trial(self, scheme: Scheme) -> Trial:
        """What was asked for; only what differs from the scheme."""
        weights = {
            component.key: (as_decimal(entry.value) or Decimal(0)) / HUNDRED
            for component, entry in zip(scheme.components, self.weights, strict=True)
            if entry.changed
        }
        changed = {entry.name: as_decimal(entry.value) for entry in self.grades if entry.changed}
        grades = {}
        for grade in scheme.grades:
            own = {name: _changed(changed, grade.key, name) for name in RULES}
            if any(value is not None for value in own.values()):
                grades[grade.key] = Seats(**own)
        points = as_decimal(self.points.value) or Decimal(0)
        added = {self.unit: points} if self.unit and points else {}
        groups = {each.campaign.kind: each.weights for each in self.groups if each.changed}
        return Trial(weights, groups, grades, added, self.treatment)

    def _group_entries(self, campaign: Campaign) -> Iterable[Entry]:
        for group in campaign.groups:
            name = f"r-{campaign.kind.value}-{group.code}"
            entry = self._percent(name, name_of(group), group.weight)
            value = as_decimal(entry.value)
            if value is not None and value < 0:
                entry = replace(entry, wrong=gettext("A weight is 0 at least."))
            yield entry

    def _grade_entries(self, grade: Any) -> Iterable[Entry]:
        name, quota = _in_language(grade), grade.quota
        if grade.minimum is not None:
            label = gettext("%(grade)s: at least, points", grade=name)
            yield self._number(f"g-{grade.key}-minimum", label, grade.minimum)
        if quota is None:
            return
        if quota.share is not None:
            label = gettext("%(grade)s: share of seats, %%", grade=name)
            yield self._percent(f"g-{grade.key}-share", label, quota.share)
        if quota.low is not None and quota.high is not None:
            low = gettext("%(grade)s: share from, %%", grade=name)
            high = gettext("%(grade)s: share to, %%", grade=name)
            yield self._percent(f"g-{grade.key}-low", low, quota.low)
            yield self._percent(f"g-{grade.key}-high", high, quota.high)

    def _percent(self, name: str, label: str, share: Decimal) -> Entry:
        return self._number(name, label, share * HUNDRED)

    def _number(self, name: str, label: str, now: Decimal) -> Entry:
        standing = written(now)
        value = self._given.get(name, standing).strip() or standing
        wrong = "" if as_decimal(value) is not None else gettext("Please give a number.")
        return Entry(name, label, value, standing, wrong)


def _changed(changed: Mapping[str, Decimal | None], grade: str, rule: str) -> Decimal | None:
    value = changed.get(f"g-{grade}-{rule}")
    return value if value is None or rule == "minimum" else value / HUNDRED


@office.get("/periods/<int:period_id>/scores/what-if")
@role(*READERS)
def what_if_page(period_id: int) -> str | tuple[str, int]:
    """Show the form, and who would move where something was changed."""
    with database().transaction() as session:
        period = session.get_one(Period, period_id)
        scheme = scheme_of(period)
        form = TrialForm(scheme, period.campaigns, request.args)
        found, refusal = None, None
        if form.tried and not form.wrong:
            try:
                found = what_if(session, period_id=period_id, trial=form.trial(scheme))
            except DomainError as error:
                refusal = error
        signed = publication_of(session, period_id=period_id)
        units = list(period.units)
        moves = () if found is None else category_moves(units, found)
    page = render_template(
        "office/scoring/what_if.html",
        period=period,
        scheme=scheme,
        form=form,
        units=units,
        treatments=TREATMENTS,
        found=found,
        moves=moves,
        signed=signed,
        refusal=None if refusal is None else refusal_words(refusal),
        grades=grade_looks(scheme),
        row_height=ROW,
    )
    return (page, 422) if refusal is not None or form.wrong else page


def category_moves(units: Iterable[Unit], found: WhatIf) -> tuple[CategoryMoves, ...]:
    """The categories in which somebody's place or grade changes."""
    by_code = {unit.code: unit for unit in units}
    changed = {move.before.unit for move in found.changed}
    listed: dict[str, list[tuple[Unit, Move]]] = {}
    for move in found.moves:
        listed.setdefault(move.before.category, []).append((by_code[move.before.unit], move))
    return tuple(
        _moves_of(rows)
        for rows in listed.values()
        if any(move.before.unit in changed for _unit, move in rows)
    )


def _moves_of(rows: list[tuple[Unit, Move]]) -> CategoryMoves:
    placed = [row for row in rows if row[1].places_won is not None]
    left = sorted(placed, key=lambda row: (row[1].before.place or 0, row[0].code))
    before = {unit.id: at for at, (unit, _move) in enumerate(left)}
    # Equal places keep the order of the left side, so that nothing crosses without a reason.
    right = sorted(placed, key=lambda row: (row[1].after.place or 0, before[row[0].id]))
    after = {unit.id: at for at, (unit, _move) in enumerate(right)}
    lines = tuple(Line(unit, before[unit.id], after[unit.id], way_of(move)) for unit, move in left)
    return CategoryMoves(rows[0][0].category, tuple(rows), tuple(left), tuple(right), lines)


def way_of(move: Move) -> str:
    """Whether a unit rises, falls or stays."""
    won = move.places_won or 0
    return "rise" if won > 0 else "fall" if won < 0 else "same"


def refusal_words(error: DomainError) -> str:
    """Why a trial cannot be reckoned, in words."""
    total = error.facts.get("sum")
    if error.code in {"weights_not_one", "proportions_not_one"} and total is not None:
        percent = written(Decimal(str(total)) * HUNDRED)
        words = {
            "weights_not_one": gettext("The weights must add up to 100 %%; they make %(sum)s %%."),
            "proportions_not_one": gettext(
                "The shares of all grades must add up to 100 %%; they make %(sum)s %%."
            ),
        }
        return str(words[error.code] % {"sum": percent})
    own = {
        "group_weights_not_one": gettext("Give at least one group of the campaign a weight.") % {},
        "share_out_of_range": gettext("A share lies between 0 and 100 %%.") % {},
        "points_out_of_range": gettext("Give at most 100 points, added or taken."),
    }
    return str(own.get(error.code) or error_text(error))


def _in_language(named: Any) -> str:
    return name_of({"zh": named.zh, "en": named.en})


def as_decimal(text: str) -> Decimal | None:
    """A number as people type it, or None."""
    try:
        number = Decimal(text.replace("−", "-").replace(",", ".").replace("%", "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) <= 10_000 else None


def written(number: Decimal) -> str:
    """Without idle zeros: 25, 0.5."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
