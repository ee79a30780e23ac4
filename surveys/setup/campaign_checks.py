"""Whether campaigns, rater groups and sizes fit together, and every ballot has room."""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from surveys.models.campaigns import RaterScope
from surveys.setup.cell_text import exact
from surveys.setup.problems import Problems
from surveys.setup.references import note_doubles, note_unknown
from surveys.setup.sheets.campaigns import CampaignRow, GroupRow, SizeRow
from surveys.setup.written import Written

# Answer bytes on one ballot: beside them a sealed envelope has room for the comments.
MOST_ANSWERS: Final = 600
ONE: Final = Decimal(1)

SCOPES_OF_KIND: Final[Mapping[str, tuple[RaterScope, ...]]] = {
    "democratic": (
        RaterScope.CATEGORY,
        RaterScope.PEERS,
        RaterScope.OTHER_KIND,
        RaterScope.OWN,
        RaterScope.UNIT,
    ),
    "recognition": (RaterScope.UNIT,),
    "reverse": (RaterScope.BODIES,),
    "member": (
        RaterScope.CATEGORY,
        RaterScope.PEERS,
        RaterScope.OTHER_KIND,
        RaterScope.OWN,
        RaterScope.UNIT,
    ),
}


def check_campaigns(written: Written, problems: Problems) -> None:
    """Note doubles, codes that lead nowhere, wrong sums of weights, ballots without room."""
    note_doubles((((r.code,), r.place) for r in written.campaigns), "活动代码", problems)
    note_doubles((((r.campaign, r.code), r.place) for r in written.groups), "主体代码", problems)
    sizes = (((r.campaign, r.group, r.unit), r.place) for r in written.sizes)
    note_doubles(sizes, "单位代码", problems)
    note_unknown(
        ((row.form, row.place) for row in written.campaigns),
        "测评表代码",
        problems,
        code="unknown_form",
        known=tuple({row.code: 0 for row in written.forms.forms} | written.questionnaire),
    )
    named = [(row.campaign, row.place) for row in written.groups]
    named += [(row.campaign, row.place) for row in written.sizes]
    note_unknown(
        named,
        "活动代码",
        problems,
        code="unknown_campaign",
        known=written.campaign,
    )
    _check_kinds(written, problems)
    for campaign in written.campaigns:
        _check_weights(campaign, written, problems)
        _check_groups(campaign, written, problems)
    _check_sizes(written, problems)


def _check_kinds(written: Written, problems: Problems) -> None:
    """One campaign of each kind: scoring takes in one, and another's ballots would be lost."""
    first: dict[str, CampaignRow] = {}
    for campaign in written.campaigns:
        form = written.questionnaire.get(campaign.form)
        if form is None:
            continue
        before = first.setdefault(form.kind, campaign)
        if before.code != campaign.code:
            problems.add(
                campaign.place,
                "测评表代码",
                "kind_asked_already",
                value=campaign.form,
                expected=(before.code,),
            )


def _check_weights(campaign: CampaignRow, written: Written, problems: Problems) -> None:
    groups = [row for row in written.groups if row.campaign == campaign.code]
    if not groups:
        problems.add(campaign.place, "活动代码", "campaign_without_groups", value=campaign.code)
        return
    for header, weights in _weights(groups).items():
        total = sum(weights, Decimal(0))
        if total != ONE:
            problems.add(
                groups[-1].place,
                header,
                "group_weights_not_one",
                value=str(total),
                expected=(campaign.code, str(ONE)),
            )


def _weights(groups: Sequence[GroupRow]) -> dict[str, list[Decimal]]:
    """The groups' weights, and those on heads of leading groups where any are set apart."""
    weights = {"权重": [row.weight for row in groups]}
    if any(row.head_weight is not None for row in groups):
        weights["主要负责人权重"] = [
            row.weight if row.head_weight is None else row.head_weight for row in groups
        ]
    return weights


def _check_groups(campaign: CampaignRow, written: Written, problems: Problems) -> None:
    form = written.questionnaire.get(campaign.form)
    if form is None:
        return
    for group in (row for row in written.groups if row.campaign == campaign.code):
        allowed = SCOPES_OF_KIND[form.kind]
        if group.scope not in allowed:
            problems.add(
                group.place, "评价范围", "scope_not_for_form", expected=(campaign.form, form.kind)
            )
        if group.head_weight is not None and form.kind != "member":
            problems.add(
                group.place,
                "主要负责人权重",
                "head_weight_without_members",
                value=exact(group.head_weight),
                expected=(campaign.form,),
            )
        if group.open_code and group.scope is not RaterScope.UNIT:
            problems.add(group.place, "开放扫码", "open_code_for_one_unit_only")
        rated = _rated(form.kind, written)
        n_targets = _most_targets(group, written, rated)
        n_targets = min(n_targets, form.most_targets or n_targets)
        n_answers = n_targets * form.row_bytes
        if n_answers > MOST_ANSWERS:
            problems.add(
                group.place,
                "评价范围",
                "ballot_too_long",
                value=str(n_answers),
                expected=(str(MOST_ANSWERS),),
            )


def _rated(kind: str, written: Written) -> Counter[str]:
    """How many targets each unit stands for: one, or the members of its leading group."""
    if kind == "member":
        return Counter(row.unit for row in written.members)
    return Counter(dict.fromkeys(written.unit, 1))


def _most_targets(group: GroupRow, written: Written, rated: Counter[str]) -> int:
    """Targets on the longest ballot of a group."""
    if group.scope in {RaterScope.OWN, RaterScope.UNIT}:
        return max(rated.values(), default=0)
    if group.scope is RaterScope.BODIES:
        return max(Counter(unit for _, unit in written.pairs()).values(), default=0)
    counts: Counter[str] = Counter()
    for unit in written.units:
        counts[unit.category] += rated[unit.code]
    if group.scope is not RaterScope.PEERS:
        return max(counts.values(), default=0)
    others = (counts[unit.category] - rated[unit.code] for unit in written.units)
    return max(others, default=0)


def _check_sizes(written: Written, problems: Problems) -> None:
    note_unknown(
        ((row.unit, row.place) for row in written.sizes),
        "单位代码",
        problems,
        code="unknown_unit",
        known=written.unit,
    )
    for row in written.sizes:
        group = written.group.get((row.campaign, row.group))
        if group is not None:
            _check_size(row, group, written, problems)
        elif row.campaign in written.campaign and row.group:
            codes = tuple(code for campaign, code in written.group if campaign == row.campaign)
            problems.add(row.place, "主体代码", "unknown_group", value=row.group, expected=codes)


def _check_size(row: SizeRow, group: GroupRow, written: Written, problems: Problems) -> None:
    if group.scope is RaterScope.CATEGORY:
        problems.add(row.place, "主体代码", "size_not_for_single_units", value=row.group)
    unit = written.unit.get(row.unit)
    if unit and group.scope is RaterScope.OWN and row.size > unit.n_staff:
        problems.add(
            row.place,
            "每批票数",
            "more_than_staff",
            value=str(row.size),
            expected=(row.unit, str(unit.n_staff)),
        )
