"""From votes to a survey component: ballots to groups, groups to the component.

Options without points (不了解, 弃权) are not valid votes: they stand outside numerator and
denominator. Every mean here is unrounded; only the component is rounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from surveys.errors import Invalid
from surveys.scoring.inputs import GroupVotes
from surveys.scoring.lines import ComponentLine, PartLine
from surveys.scoring.notes import Note, NoteCode, note
from surveys.scoring.rounding import component_points
from surveys.scoring.scheme_parts import Survey, Trim

ZERO = Decimal(0)


@dataclass(frozen=True)
class GroupScore:
    """Mean of a group's valid votes, 0 to 100 and unrounded; None where nobody voted validly."""

    points: Decimal | None
    n_valid: int
    n_dropped_each_end: int = 0


def ballot_points(
    answers: Mapping[str, Decimal | None], item_weights: Mapping[str, Decimal]
) -> Decimal | None:
    """Score of one ballot: Σ w_i·p_i / Σ w_i over its answered items.

    Parameters
    ----------
    answers : item → points, None for "don't know" or no answer; items may be missing
    item_weights : weight of every item of the questionnaire; those of weight 0 are not scored

    Returns
    -------
    None where fewer than two thirds of the scored items carry points: the row is void.
    """
    scored = {item: weight for item, weight in item_weights.items() if weight > 0}
    answered = {item: points for item in scored if (points := answers.get(item)) is not None}
    if not answered or 3 * len(answered) < 2 * len(scored):
        return None
    weight = sum((scored[item] for item in answered), ZERO)
    return sum((scored[item] * points for item, points in answered.items()), ZERO) / weight


def group_points(votes: Iterable[tuple[Decimal, int]], trim: Trim | None = None) -> GroupScore:
    """Mean of a group over (points, count) pairs: single votes by option, or ballot scores.

    With ``trim`` and n ≥ n_from, the k = floor(n·share) highest and lowest are dropped first;
    ``n_valid`` still counts them, because the minimum asks who came, not who was kept.
    """
    ordered = sorted((points, count) for points, count in votes if count > 0)
    n_valid = sum(count for _, count in ordered)
    if n_valid == 0:
        return GroupScore(None, 0)
    dropped = int(n_valid * trim.share) if trim and n_valid >= trim.n_from else 0
    if 2 * dropped >= n_valid:
        dropped = (n_valid - 1) // 2
    kept = _without_ends(ordered, dropped)
    total = sum((points * count for points, count in kept), ZERO)
    return GroupScore(total / (n_valid - 2 * dropped), n_valid, dropped)


def votes_by_option(survey: Survey, counts: Mapping[str, int]) -> tuple[tuple[Decimal, int], ...]:
    """Option counts as (points, count) pairs without the unscored options.

    Errors: Invalid ``unknown_option``, ``negative_count``.
    """
    for option, count in counts.items():
        if option not in survey.points and option not in survey.unscored:
            raise Invalid("unknown_option", option=option)
        if count < 0:
            raise Invalid("negative_count", option=option, count=count)
    return tuple(
        (survey.points[option], count)
        for option, count in counts.items()
        if option in survey.points
    )


def survey_component(
    *, key: str, weight: Decimal, survey: Survey, votes: Iterable[GroupVotes]
) -> ComponentLine:
    """Σ w_g·S_g / Σ w_g over usable groups; a group is usable from ``min_valid`` valid votes on.

    Groups of the scheme without votes count as empty. Below ``min_usable_weight`` the component
    is insufficient: no number, the organizer decides. Errors: Invalid ``unknown_group``,
    ``group_twice``, ``unknown_option``, ``negative_count``.
    """
    groups = _weighed(survey, votes)
    usable = [group for group in groups if group.usable]
    usable_weight = sum((group.weight for group in usable), ZERO)
    whole = sum((group.weight for group in groups), ZERO)
    parts = tuple(group.part(usable_weight) for group in groups)
    notes = [remark for group in groups for remark in _group_notes(group)]
    if usable_weight == 0 or usable_weight < survey.min_usable_weight * whole:
        notes.append(
            note(NoteCode.COMPONENT_INSUFFICIENT, component=key, usable_weight=usable_weight)
        )
        return ComponentLine(key, None, weight, parts, tuple(notes))
    if usable_weight != whole:
        notes.append(note(NoteCode.WEIGHTS_REDISTRIBUTED, usable_weight=usable_weight))
    # Dividing once, at the end, keeps the sum exact where the weights have finite decimals.
    total = sum((group.weight * (group.score.points or ZERO) for group in usable), ZERO)
    points = component_points(total / usable_weight)
    return ComponentLine(key, points, weight, parts, tuple(notes))


@dataclass(frozen=True)
class _Weighed:
    key: str
    weight: Decimal
    score: GroupScore
    min_valid: int

    @property
    def usable(self) -> bool:
        return self.score.points is not None and self.score.n_valid >= self.min_valid

    def part(self, usable_weight: Decimal) -> PartLine:
        return PartLine(
            key=self.key,
            points=self.score.points,
            weight=self.weight,
            effective_weight=self.weight / usable_weight if self.usable and usable_weight else None,
            n_valid=self.score.n_valid,
        )


def _weighed(survey: Survey, votes: Iterable[GroupVotes]) -> list[_Weighed]:
    by_group = _by_group(survey, votes)
    groups = []
    for group in survey.groups:
        given = by_group.get(group.key, GroupVotes(group.key))
        score = _score(survey, given)
        weight = group.weight if given.weight is None else given.weight
        min_valid = survey.min_valid if given.min_valid is None else given.min_valid
        groups.append(_Weighed(group.key, weight, score, min_valid))
    return groups


def _without_ends(ordered: list[tuple[Decimal, int]], dropped: int) -> list[tuple[Decimal, int]]:
    without_lowest = _without_first(ordered, dropped)
    return _without_first(without_lowest[::-1], dropped)


def _without_first(ordered: list[tuple[Decimal, int]], dropped: int) -> list[tuple[Decimal, int]]:
    kept = []
    for points, count in ordered:
        taken = min(count, dropped)
        dropped -= taken
        kept.append((points, count - taken))
    return kept


def _by_group(survey: Survey, votes: Iterable[GroupVotes]) -> dict[str, GroupVotes]:
    known = {group.key for group in survey.groups}
    found: dict[str, GroupVotes] = {}
    for vote in votes:
        if vote.group not in known:
            raise Invalid("unknown_group", group=vote.group)
        if vote.group in found:
            raise Invalid("group_twice", group=vote.group)
        found[vote.group] = vote
    return found


def _score(survey: Survey, votes: GroupVotes) -> GroupScore:
    if votes.counts is not None:
        return group_points(votes_by_option(survey, votes.counts), survey.trim)
    return GroupScore(votes.score, votes.n_valid)


def _group_notes(group: _Weighed) -> Iterable[Note]:
    if not group.usable:
        yield note(
            NoteCode.GROUP_BELOW_MINIMUM,
            group=group.key,
            n_valid=group.score.n_valid,
            min_valid=group.min_valid,
        )
    elif group.score.n_dropped_each_end:
        dropped = group.score.n_dropped_each_end
        yield note(NoteCode.GROUP_TRIMMED, group=group.key, n_dropped_each_end=dropped)
