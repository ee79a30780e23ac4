"""The ballots of one finding among the ballots they are compared with."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from stats.ballots import Bools
from stats.checks.view import View, view_of
from surveys.examining.campaign_arrays import campaign_arrays
from surveys.models import Finding, FindingBallot, Target


@dataclass(frozen=True, eq=False)
class Subject:
    """A finding's ballots as a mask over arrays.

    Parameters
    ----------
    view : the part of the campaign that the finding's ballots lie in
    units : unit or member of each index
    chosen : bool array of shape (n_ballots,), the finding's ballots
    """

    finding: Finding
    view: View
    units: tuple[Target, ...]
    chosen: Bools

    @cached_property
    def rows(self) -> Bools:
        """Rows of the finding's ballots, bool array of shape (n_rows,)."""
        return self.chosen[self.view.ballots.ballot]

    def index(self, unit_id: int) -> int:
        """Index of a unit."""
        return next(k for k, unit in enumerate(self.units) if unit.id == unit_id)


def subject_of(session: Session, *, finding: Finding) -> Subject | None:
    """Load what a finding's ballots are compared with; None where it names no ballot."""
    named = set(
        session.scalars(
            select(FindingBallot.ballot_id).where(FindingBallot.finding_id == finding.id)
        )
    )
    if not named:
        return None
    arrays = campaign_arrays(session, campaign_id=finding.examination.campaign_id)
    masks = [np.array([each in named for each in part.ballot_ids]) for part in arrays.parts]
    part, chosen = max(zip(arrays.parts, masks, strict=True), key=lambda pair: int(pair[1].sum()))
    return Subject(finding, view_of(part.ballots), part.units, chosen)
