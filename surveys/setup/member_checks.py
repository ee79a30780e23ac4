"""Whether members, the figures on them and the campaigns about them fit together."""

from collections.abc import Iterable
from typing import Final

from surveys.errors import Invalid
from surveys.scoring.period_scheme import OWN, own_scheme
from surveys.scoring.schemes import Level, preset, preset_keys
from surveys.setup.problems import Place, Problems
from surveys.setup.references import note_doubles, note_unknown
from surveys.setup.written import Written

COMPONENT: Final = "计分项"
FACT: Final = "认定事项"


def check_members(written: Written, problems: Problems) -> None:
    """Note doubles, units and members nobody knows, and what the scheme does not reckon with."""
    note_doubles((((r.code,), r.place) for r in written.members), "成员代码", problems)
    in_unit = (((r.unit, r.name_zh, r.post_zh), r.place) for r in written.members)
    note_doubles(in_unit, "姓名", problems)
    given = (((r.member, r.component, r.part), r.place) for r in written.member_points)
    # A part may be empty: two figures of one component without a name are a double all the same.
    note_doubles(((tuple(part or "–" for part in key), at) for key, at in given), "分项", problems)
    established = (((r.member, r.fact, r.document), r.place) for r in written.member_facts)
    note_doubles(established, "认定事项", problems)
    note_unknown(
        ((row.unit, row.place) for row in written.members),
        "所属单位",
        problems,
        code="unknown_unit",
        known=written.unit,
    )
    note_unknown(_named(written), "成员代码", problems, code="unknown_member", known=written.member)
    _check_scheme(written, problems)


def _named(written: Written) -> Iterable[tuple[str, Place]]:
    yield from ((row.member, row.place) for row in written.member_points)
    yield from ((row.member, row.place) for row in written.member_facts)


def _check_scheme(written: Written, problems: Problems) -> None:
    """Figures and facts must be such as the scheme's rules for persons speak of."""
    note_unknown(
        ((row.component, row.place) for row in written.member_points),
        COMPONENT,
        problems,
        code="unknown_person_component",
        known=words_of_scheme(written.scheme, written.own_scheme, COMPONENT),
    )
    note_unknown(
        ((row.fact, row.place) for row in written.member_facts),
        FACT,
        problems,
        code="unknown_person_fact",
        known=words_of_scheme(written.scheme, written.own_scheme, FACT),
    )


def words_of_scheme(scheme: str, own: str, header: str) -> tuple[str, ...]:
    """What the scheme's rules for persons let stand under a header; nothing without such rules.

    Components that take figures, by their Chinese names, and facts.

    Parameters
    ----------
    scheme, own : key of the scheme, and the file of an own one
    """
    level = _persons(scheme, own)
    if level is None:
        return ()
    if header == COMPONENT:
        return tuple(each.zh for each in level.components if each.kind == "mean")
    return tuple(fact.zh for fact in level.facts) if header == FACT else ()


def _persons(scheme: str, own: str) -> Level | None:
    if scheme in preset_keys():
        return preset(scheme).persons
    try:
        return own_scheme(own).persons if scheme == OWN else None
    except Invalid:
        # What is wrong with the file stands at its own cell.
        return None
