"""Run the battery on an opened campaign and keep what it found, so that it can be run again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import version
from typing import Any

import numpy as np
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from stats.examination import Examination as Examined
from stats.examination import examine
from stats.findings import Finding as Found
from surveys.auditing import record
from surveys.errors import Conflict
from surveys.examining.campaign_arrays import CampaignArrays, Part, campaign_arrays
from surveys.examining.words import evidence
from surveys.models import (
    Campaign,
    CampaignState,
    Decision,
    Examination,
    Finding,
    FindingBallot,
    Target,
    target_name,
)
from surveys.models.base import JsonObject
from surveys.models.findings import FindingLevel

Progress = Callable[[str, float], None]
LEVEL = 0.01


def examine_campaign(
    session: Session,
    *,
    campaign_id: int,
    seed: int,
    now: datetime,
    by: int | None,
    progress: Progress | None = None,
) -> Examination:
    """Examine the ballots of an opened campaign; an examination nobody decided on is replaced.

    Parameters
    ----------
    seed : kept with the findings; the same ballots and seed give the same findings
    progress : told the step and the share done, 0..1

    Raises
    ------
    Conflict : ``box_not_opened`` (state), ``no_ballots``, ``campaign_certified``,
        ``findings_decided``
    """
    campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
    if campaign.state is CampaignState.CERTIFIED:
        raise Conflict("campaign_certified")
    forget_undecided(session, campaign_id)
    arrays = campaign_arrays(session, campaign_id=campaign_id)
    examined = examine_parts(arrays, seed=seed, progress=progress or (lambda _step, _share: None))
    examination = Examination(
        campaign_id=campaign_id,
        examined_at=now,
        seed=seed,
        input_hash=arrays.input_hash,
        software_version=version("gongping"),
        n_ballots=arrays.n_ballots,
        parameters={
            "level": LEVEL,
            "parts": [plain(each.parameters) for _, each in examined],
        },
        not_run=not_run_of([each for _, each in examined]),
    )
    session.add(examination)
    session.flush()
    findings = [(part, found) for part, each in examined for found in each.findings]
    for position, (part, found) in enumerate(sorted(findings, key=strongest_first), 1):
        keep(session, examination, position, found, part)
    record(
        session,
        "campaign_examined",
        at=now,
        by=by,
        campaign=campaign_id,
        examination=examination.id,
        n_findings=len(findings),
        seed=seed,
    )
    return examination


def forget_undecided(session: Session, campaign_id: int) -> None:
    """Drop earlier examinations, unless a person already decided on one of their findings."""
    earlier = select(Examination.id).where(Examination.campaign_id == campaign_id)
    decided = select(Decision.id).join(Finding).where(Finding.examination_id.in_(earlier))
    if session.scalars(decided.limit(1)).first() is not None:
        raise Conflict("findings_decided")
    session.execute(delete(Examination).where(Examination.campaign_id == campaign_id))


def examine_parts(
    arrays: CampaignArrays, *, seed: int, progress: Progress
) -> list[tuple[Part, Examined]]:
    """Run the battery on each part; the error budget is shared among them."""
    n = len(arrays.parts)
    examined: list[tuple[Part, Examined]] = []
    for k, part in enumerate(arrays.parts):
        rng = np.random.default_rng(part_seed(seed, k))
        share_of = shared(progress, len(examined), n)
        examined.append((part, examine(part.ballots, level=LEVEL / n, rng=rng, progress=share_of)))
    return examined


def part_seed(seed: int, part: int) -> int:
    """The seed of a part: who examines the exported files gives it to `gongping examine`."""
    return seed + part


def shared(progress: Progress, done: int, n: int) -> Progress:
    """Progress of one part as a share of all."""
    return lambda step, share: progress(step, (done + share) / n)


def strongest_first(each: tuple[Part, Found]) -> tuple[int, float]:
    """Order of the findings: by level, then by q-value."""
    _, found = each
    return list(FindingLevel).index(FindingLevel(found.level)), found.qvalue


def keep(
    session: Session, examination: Examination, position: int, found: Found, source: Part
) -> None:
    """Write one finding and the ballots it is about."""
    zh = evidence(found, {"unit": [target_name(unit, "zh") for unit in source.units]}).zh
    en = evidence(found, {"unit": [target_name(unit, "en") for unit in source.units]}).en
    finding = Finding(
        examination_id=examination.id,
        position=position,
        check=found.check,
        level=FindingLevel(found.level),
        subject=subject_of(found, source.units),
        n_ballots=len(found.ballots),
        statistic=finite(found.statistic),
        pvalue=finite(found.pvalue),
        qvalue=finite(found.qvalue),
        effect=finite(found.effect),
        harm=harm_of(found, source.units),
        evidence_zh=zh,
        evidence_en=en,
    )
    session.add(finding)
    session.flush()
    if len(found.ballots):
        session.execute(
            insert(FindingBallot),
            [
                {"finding_id": finding.id, "ballot_id": source.ballot_ids[index]}
                for index in found.ballots.tolist()
            ],
        )


def subject_of(found: Found, units: tuple[Target, ...]) -> JsonObject:
    """Whom a finding is about, in identities of the database."""
    ids = [unit.id for unit in units]
    return {
        "units_lifted": [ids[unit] for unit in found.units_lifted],
        "units_sunk": [ids[unit] for unit in found.units_sunk],
        "homes": [ids[unit] for unit in found.homes],
        "context": plain(found.context),
        "facts": plain(found.facts),
    }


def harm_of(found: Found, units: tuple[Target, ...]) -> JsonObject | None:
    """What the ballots do to the unit they move most."""
    harm = found.harm
    if harm is None:
        return None
    return {
        "unit_id": units[harm.unit].id,
        "rank_with": int(harm.rank_with),
        "rank_without": int(harm.rank_without),
        "score_with": float(harm.score_with),
        "score_without": float(harm.score_without),
    }


def not_run_of(examined: list[Examined]) -> JsonObject:
    """Checks that could not run on any part, each with its reason."""
    reasons = [{each.check: each for each in part.not_run} for part in examined]
    nowhere = set(reasons[0]).intersection(*reasons)
    return {
        check: {"reason": reasons[0][check].reason, "facts": plain(reasons[0][check].facts)}
        for check in sorted(nowhere)
    }


def finite(value: float) -> float | None:
    """A number that JSON and people can read, or None."""
    return float(value) if np.isfinite(value) else None


def plain(value: Any) -> Any:
    """Numbers and lists of Python in place of numpy's, for JSON."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, np.ndarray | list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float):
        return finite(value)
    return value if value is None or isinstance(value, str | int) else str(value)
