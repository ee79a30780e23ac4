"""From the tables of a period to what the regulation reckons from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import localcontext

from sqlalchemy.orm import Session

from surveys.models import CampaignKind, IndicatorPart, Period, Unit
from surveys.scoring.campaign_votes import CampaignVotes
from surveys.scoring.former_grades import FormerGrades, longest_look
from surveys.scoring.inputs import GroupVotes, PeriodInputs, ReverseResult, UnitInputs
from surveys.scoring.period_figures import PeriodFigures
from surveys.scoring.person_inputs import person_inputs
from surveys.scoring.rounding import EXACT
from surveys.scoring.rulings import PeriodRulings
from surveys.scoring.schemes import Scheme

ASKED = (CampaignKind.DEMOCRATIC, CampaignKind.RECOGNITION)
"""The kinds of campaign that are components of a total, named alike."""

PARTS = frozenset(part.value for part in IndicatorPart)
"""The parts of a period's indicators that are components of a total, named alike."""


def period_inputs(
    session: Session, *, period: Period, scheme: Scheme, votes: Iterable[CampaignVotes]
) -> PeriodInputs:
    """Put measured figures, counted votes and recorded decisions together for units and persons.

    Errors: Invalid, as `indicator_means` and `reverse_result` name them.
    """
    with localcontext(EXACT):
        figures = PeriodFigures(session, period)
        rulings = PeriodRulings(session, period_id=period.id)
        former = FormerGrades(session, period, n=longest_look(scheme))
        counted_votes = list(votes)
        counted = Counted(scheme, {each.campaign.kind: each for each in counted_votes})
        parts = {
            component.key: IndicatorPart(component.key)
            for component in scheme.components
            if component.kind == "indicators" and component.key in PARTS
        }
        readings = {key: figures.readings_of(part) for key, part in parts.items()}
        means = {component.key for component in scheme.components if component.kind == "mean"}
        return PeriodInputs(
            units=tuple(
                UnitInputs(
                    key=unit.code,
                    category=unit.category.code,
                    values={k: v for k, v in figures.values(unit.code).items() if k in means},
                    readings={key: found.get(unit.code, {}) for key, found in readings.items()},
                    surveys=counted.surveys_of(unit),
                    adjustments=figures.adjustments_of(unit.id),
                    vetoes=figures.vetoes_of(unit.id),
                    reverse=counted.reverse_of(unit),
                    component_decisions=rulings.components_of(unit.id),
                    grade_decision=rulings.grade_of(unit.id),
                    former_grades=former.of(unit.code),
                )
                for unit in period.units
            ),
            indicators={key: figures.indicators_of(part) for key, part in parts.items()},
            persons=person_inputs(
                session, period=period, level=scheme.persons, votes=counted_votes
            ),
        )


@dataclass(frozen=True)
class Counted:
    """The counted votes of a period's campaigns, by kind."""

    scheme: Scheme
    by_kind: Mapping[CampaignKind, CampaignVotes]

    def surveys_of(self, unit: Unit) -> dict[str, tuple[GroupVotes, ...]]:
        """A unit's votes in the survey components of the scheme."""
        return {
            component.key: self.by_kind[kind].group_votes(
                unit.id, trim=None if component.survey is None else component.survey.trim
            )
            for component in self.scheme.components
            for kind in ASKED
            if component.key == kind.value and kind in self.by_kind
        }

    def reverse_of(self, unit: Unit) -> ReverseResult | None:
        """How a unit is rated as a body; None where nobody was asked about it."""
        reverse = self.by_kind.get(CampaignKind.REVERSE)
        return None if reverse is None else reverse.reverse_of(unit.id)
