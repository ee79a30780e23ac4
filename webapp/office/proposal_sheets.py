"""Proposals about a unit or person in words, with what was decided and the form to decide."""

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from surveys.models import MemberScore, ProposalDecision, ScoreLine
from surveys.scoring.proposals import proposal_key
from surveys.scoring.rulings import LONGEST_DOCUMENT, LONGEST_REASON
from webapp.office.score_words import ScoreWords

CONFIRM, DECLINE = "confirm", "decline"


class ProposalForm(FlaskForm):  # type: ignore[misc]
    """What was decided on a proposal, by which paper of which day."""

    verdict = RadioField(
        _("Decision"),
        [InputRequired(_("Please choose."))],
        choices=[
            SelectChoice(CONFIRM, _("The proposal is confirmed")),
            SelectChoice(DECLINE, _("The proposal is declined")),
        ],
    )
    reason = TextAreaField(
        _("Reason"), [InputRequired(_("Please give the reason.")), Length(max=LONGEST_REASON)]
    )
    document = StringField(
        _("Document number"),
        [InputRequired(_("Please give the document.")), Length(max=LONGEST_DOCUMENT)],
    )
    decided_on = DateField(
        _("Date of the document"), [InputRequired(_("Please give the date of the document."))]
    )


@dataclass(frozen=True)
class ProposalSheet:
    """A proposal in words, what was decided on it, and the form to decide."""

    key: str
    words: str
    decision: ProposalDecision | None
    form: ProposalForm


def proposal_sheets(
    line: ScoreLine | MemberScore,
    words: ScoreWords,
    decisions: dict[str, ProposalDecision],
    failed: Any = None,
) -> tuple[ProposalSheet, ...]:
    """The proposals of a line; `failed` is a form that must be filled in anew."""
    sheets = []
    for each in line.consequences["proposals"]:
        key = proposal_key(each)
        fresh = ProposalForm(formdata=None, prefix=key)
        again = isinstance(failed, ProposalForm) and failed.reason.name == fresh.reason.name
        form = failed if again else fresh
        sheets.append(ProposalSheet(key, words.proposal(each), decisions.get(key), form))
    return tuple(sheets)
