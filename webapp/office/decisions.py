"""What was decided and what waits to be decided about a unit or person, for its page."""

from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from surveys.models import Ruling
from surveys.publishing.certify import publication_of
from surveys.publishing.score_sheet import adjustments_of
from surveys.scoring.adjustment_claims import claims_of
from surveys.scoring.person_level import level_of
from surveys.scoring.proposals import decisions_on_proposals
from surveys.scoring.rulings import rulings_of
from webapp.languages import name_of, points
from webapp.office.proposal_sheets import proposal_sheets
from webapp.office.ruling_forms import ruling_forms
from webapp.office.score_words import ScoreWords
from webapp.office.scored_targets import Scored, code_of, page_of


def decisions_page(
    session: Session, scored: Scored, *, words: ScoreWords, failed: FlaskForm | None
) -> dict[str, Any]:
    """What `office/scoring/decisions.html` needs; `failed` is a form to be filled in anew."""
    target, period_id = scored.target, scored.target.period_id
    rulings = rulings_of(session, period_id=period_id)
    claims = claims_of(session, period_id=period_id)
    decided = decisions_on_proposals(session, target_id=target.id)
    return {
        "code": code_of(target),
        "level": scored.level,
        "signed": publication_of(session, period_id=period_id),
        "adjustments": adjustments_of(session, target=target),
        "claims": [each for each in claims if each.target_id == target.id],
        "rulings": [each for each in rulings if each.target_id == target.id],
        "proposals": proposal_sheets(scored.line, words, decided, failed),
        "forms": ruling_forms(scored, failed),
    }


@dataclass(frozen=True)
class RulingWords:
    """A recorded decision in words, with the page of the unit or person that it is about."""

    name: str
    url: str
    what: str
    document: str


def ruling_words(ruling: Ruling) -> RulingWords:
    """Put a recorded decision into words."""
    target = ruling.target
    words = ScoreWords(level_of(target), {})
    said = (
        f"{gettext('Grade')}: {words.grade(ruling.grade)}"
        if ruling.component is None
        else f"{words.component(ruling.component)}: {points(ruling.points)}"
    )
    return RulingWords(name_of(target), page_of(target), said, ruling.document)
