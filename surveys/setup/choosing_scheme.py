"""The scheme of a draft: a preset, or a file of the office's own; kept like any change of a set-up.

So it is previewed, put on record, undone as the rest of the set-up, and refused after freezing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from surveys.errors import Conflict, Invalid
from surveys.models import Period, SetupChange
from surveys.scoring.period_inputs import ASKED, PARTS
from surveys.scoring.period_scheme import OWN, own_scheme, scheme_file
from surveys.scoring.schemes import Scheme, preset, preset_keys, preset_text
from surveys.setup.editing import replace_rows
from surveys.setup.settling import stored_draft
from surveys.setup.sheets.period import CONTENT, FACT, OWN_SCHEME, PERIOD, SCHEME, as_lines

SHEET: Final = PERIOD.name
FED: Final = frozenset({*PARTS, *(kind.value for kind in ASKED)})
"""Components that a period's own figures and campaigns fill, by their keys."""


def read_own_scheme(session: Session, *, period_id: int, text: str) -> Scheme:
    """Read a scheme for a period.

    Raises
    ------
    Invalid : ``scheme_too_long`` (length, most), ``scheme_not_toml`` (row, reason),
        ``scheme_invalid`` (problems), ``scheme_lacks_categories`` (categories: in use here)
    """
    scheme = own_scheme(as_lines(text))
    known = {each.key for each in scheme.categories}
    period = session.get_one(Period, period_id)
    lacking = [
        f"{each.code} {each.name_zh}" for each in period.categories if each.code not in known
    ]
    if lacking:
        raise Invalid("scheme_lacks_categories", categories=lacking)
    return scheme


def unfed_components(scheme: Scheme) -> tuple[str, ...]:
    """Keys of the components that nothing in a period would fill."""
    return tuple(
        each.key
        for each in scheme.components
        if each.key not in FED or (each.kind == "survey") != (each.key not in PARTS)
    )


def scheme_text_in(rows: Iterable[Mapping[str, str]]) -> str:
    """The file of the scheme that rows of the period's sheet name; "" where they name none."""
    facts = {row[FACT]: row[CONTENT] for row in rows}
    key = facts.get(SCHEME, "")
    return facts.get(OWN_SCHEME) or (preset_text(key) if key in preset_keys() else "")


def scheme_mark(period: Period) -> str:
    """What tells the scheme in force from the one that somebody else put in its place."""
    return hashlib.sha256(scheme_file(period).encode()).hexdigest()


def choose_scheme(
    session: Session, *, period_id: int, text: str, instead_of: str, now: datetime, by: int | None
) -> SetupChange:
    """Put a scheme into a draft; the file of a preset as it stands chooses the preset.

    Parameters
    ----------
    instead_of : the `scheme_mark` of the one that was looked at

    Raises
    ------
    Invalid : what `read_own_scheme` raises, ``bad_rows`` (rows)
    Conflict : ``setup_changed_meanwhile``, ``nothing_changes``, ``period_frozen``
    """
    period = session.get_one(Period, period_id)
    if period.frozen_at is not None:
        raise Conflict("period_frozen", period=period.code)
    if scheme_mark(period) != instead_of:
        raise Conflict("setup_changed_meanwhile")
    scheme = read_own_scheme(session, period_id=period_id, text=text)
    key = preset_like(scheme, text)
    facts = {row[FACT]: row[CONTENT] for row in stored_draft(session, period_id=period_id)[SHEET]}
    said = {**facts, SCHEME: key, OWN_SCHEME: as_lines(text)}
    return replace_rows(
        session,
        period_id=period_id,
        table=SHEET,
        where={},
        rows=[{FACT: fact, CONTENT: content} for fact, content in said.items()],
        now=now,
        by=by,
    )


def preset_like(scheme: Scheme, text: str) -> str:
    """The key of the preset whose file this is; ``own`` for any other."""
    return next(
        (
            key
            for key in preset_keys()
            if scheme == preset(key) and as_lines(text) == as_lines(preset_text(key))
        ),
        OWN,
    )
