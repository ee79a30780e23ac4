"""Findings as the office reads them: whom each is about, and how its decision stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, selectinload

from surveys.issuing.targets import targets_by_id
from surveys.models import (
    Account,
    AuditRecord,
    Campaign,
    CampaignState,
    Decision,
    Examination,
    Finding,
    FindingBallot,
    FindingLevel,
    Target,
)

ACTS: Final = ("finding_decided", "finding_confirmed", "decision_withdrawn")


class Standing(StrEnum):
    """How the decision on a finding stands.

    FREE: "information" needs no decision. WAITING: nobody decided. SECOND: one person wants the
    ballots left out, and a second one has not confirmed. SETTLED: nothing is left to do.
    """

    FREE = "free"
    WAITING = "waiting"
    SECOND = "second"
    SETTLED = "settled"


@dataclass(frozen=True)
class ListedFinding:
    """A finding with the units it names.

    Parameters
    ----------
    lifted, sunk : units whose scores the ballots raise or lower
    homes : units whose raters are concerned
    harmed : the unit that moves most without the ballots
    """

    finding: Finding
    lifted: tuple[Target, ...]
    sunk: tuple[Target, ...]
    homes: tuple[Target, ...]
    harmed: Target | None
    standing: Standing


@dataclass(frozen=True)
class ReviewProgress:
    """How many findings above "information" there are, and how far their decisions are."""

    n_findings: int
    n_decided: int
    n_second: int
    n_settled: int

    @property
    def complete(self) -> bool:
        """Whether nothing waits for a person."""
        return self.n_settled == self.n_findings


@dataclass(frozen=True)
class Review:
    """The findings of a campaign's latest examination, strongest first."""

    campaign: Campaign
    examination: Examination
    findings: tuple[ListedFinding, ...]

    @property
    def progress(self) -> ReviewProgress:
        """How far the review is."""
        standings = [each.standing for each in self.findings if not is_information(each.finding)]
        return ReviewProgress(
            n_findings=len(standings),
            n_decided=sum(each is not Standing.WAITING for each in standings),
            n_second=standings.count(Standing.SECOND),
            n_settled=standings.count(Standing.SETTLED),
        )

    @property
    def n_by_level(self) -> dict[FindingLevel, int]:
        """Findings of each level, strongest first."""
        levels = [each.finding.level for each in self.findings]
        return {level: levels.count(level) for level in FindingLevel}

    @property
    def started(self) -> bool:
        """Whether a person decided on anything: the findings stay as they are from then on."""
        return any(each.finding.decision is not None for each in self.findings)

    @property
    def closed(self) -> bool:
        """Whether the scores are certified: no decision changes any more."""
        return self.campaign.state is CampaignState.CERTIFIED

    def of_level(self, level: FindingLevel | None) -> tuple[ListedFinding, ...]:
        """The findings of one level, or all."""
        return tuple(each for each in self.findings if level in {None, each.finding.level})


@dataclass(frozen=True)
class PastAct:
    """One line of a finding's history."""

    act: str
    by: str
    at: datetime
    verdict: str | None
    excludes: bool


def review_of(session: Session, *, campaign_id: int) -> Review | None:
    """The findings of the latest examination; None before the first one."""
    campaign = session.get_one(Campaign, campaign_id)
    examination = session.scalar(
        select(Examination)
        .where(Examination.campaign_id == campaign_id)
        .order_by(Examination.id.desc())
        .limit(1)
    )
    if examination is None:
        return None
    findings = session.scalars(
        select(Finding)
        .where(Finding.examination_id == examination.id)
        .order_by(Finding.position)
        .options(*WITH_DECISION)
    ).all()
    units = units_named(session, findings)
    return Review(campaign, examination, tuple(listed(each, units) for each in findings))


def listed_finding(session: Session, *, finding_id: int) -> ListedFinding:
    """One finding with its decision and the units it names."""
    finding = session.scalars(
        select(Finding)
        .where(Finding.id == finding_id)
        .options(*WITH_DECISION, selectinload(Finding.examination, Examination.campaign))
    ).one()
    return listed(finding, units_named(session, [finding]))


def related_findings(session: Session, *, finding_id: int) -> tuple[ListedFinding, ...]:
    """Other findings of the same examination that are about the same ballots, by half or more."""
    finding = session.get_one(Finding, finding_id)
    ours, theirs = aliased(FindingBallot), aliased(FindingBallot)
    shared = (
        select(theirs.finding_id, func.count().label("n"))
        .join(ours, ours.ballot_id == theirs.ballot_id)
        .where(ours.finding_id == finding_id, theirs.finding_id != finding_id)
        .group_by(theirs.finding_id)
        .subquery()
    )
    findings = session.scalars(
        select(Finding)
        .join(shared, shared.c.finding_id == Finding.id)
        .where(
            Finding.examination_id == finding.examination_id,
            2 * shared.c.n >= func.least(Finding.n_ballots, finding.n_ballots),
        )
        .order_by(Finding.position)
        .options(*WITH_DECISION)
    ).all()
    units = units_named(session, findings)
    return tuple(listed(each, units) for each in findings)


def finding_history(session: Session, *, finding_id: int) -> tuple[PastAct, ...]:
    """Who did what about a finding, from the audit log, the oldest first."""
    body = AuditRecord.body
    records = session.execute(
        select(AuditRecord.body, Account.name)
        .join(Account, Account.id == body["by"].as_integer(), isouter=True)
        .where(body["act"].as_string().in_(ACTS), body["finding"].as_integer() == finding_id)
        .order_by(AuditRecord.seq)
    )
    return tuple(
        PastAct(
            act=said["act"],
            by=name or "",
            at=datetime.fromisoformat(said["at"]),
            verdict=said.get("verdict"),
            excludes=bool(said.get("excludes")),
        )
        for said, name in records
    )


WITH_DECISION: Final = (
    selectinload(Finding.decision, Decision.decider),
    selectinload(Finding.decision, Decision.confirmer),
)


def is_information(finding: Finding) -> bool:
    """Whether the finding needs no decision."""
    return finding.level is FindingLevel.INFORMATION


def standing_of(finding: Finding) -> Standing:
    """How the decision on a finding stands."""
    decision = finding.decision
    if decision is None:
        return Standing.FREE if is_information(finding) else Standing.WAITING
    if decision.excludes_ballots and decision.confirmed_by is None:
        return Standing.SECOND
    return Standing.SETTLED


def listed(finding: Finding, units: Mapping[int, Target]) -> ListedFinding:
    """Put names to a finding's units."""
    subject, harm = finding.subject, finding.harm
    return ListedFinding(
        finding=finding,
        lifted=tuple(units[unit_id] for unit_id in subject["units_lifted"]),
        sunk=tuple(units[unit_id] for unit_id in subject["units_sunk"]),
        homes=tuple(units[unit_id] for unit_id in subject["homes"]),
        harmed=None if harm is None else units[harm["unit_id"]],
        standing=standing_of(finding),
    )


def units_named(session: Session, findings: Iterable[Finding]) -> dict[int, Target]:
    """The units and members that findings speak of, by identity."""
    named: set[int] = set()
    for finding in findings:
        subject = finding.subject
        named.update(subject["units_lifted"], subject["units_sunk"], subject["homes"])
        if finding.harm is not None:
            named.add(finding.harm["unit_id"])
    return targets_by_id(session, named)
