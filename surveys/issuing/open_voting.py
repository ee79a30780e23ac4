"""Open a campaign for voting: freeze all that a voter's page and the seal need."""

from datetime import datetime

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from surveys.auditing import record
from surveys.database.interlock import require_safe
from surveys.errors import Conflict, Invalid
from surveys.models import (
    Batch,
    BatchState,
    Campaign,
    CampaignKind,
    CampaignState,
    Member,
    Unit,
)
from surveys.models.base import JsonObject
from surveys.opening.keys import PublicKeyring
from surveys.questionnaires.versions import freeze_version
from surveys.setup.questionnaires import QuestionnaireContent

KEYS_KEPT = frozenset({"server", "officers"})


def open_voting(
    session: Session,
    *,
    campaign_id: int,
    keyring: PublicKeyring,
    keys_kept: str,
    now: datetime,
    by: int,
) -> Campaign:
    """Write the manifest, make room for the opened ballots, and admit ballots from now on.

    Parameters
    ----------
    keyring : public parts of all keys of the campaign
    keys_kept : where the officers' keys lie: "server" or "officers"; the voters are told

    Raises
    ------
    Conflict : ``period_not_frozen``, ``campaign_not_draft`` (state), ``nothing_issued``
    Invalid : ``keys_kept_unknown`` (keys_kept)
    Refused : ``unsafe_database_settings`` (settings)
    """
    if keys_kept not in KEYS_KEPT:
        raise Invalid("keys_kept_unknown", keys_kept=keys_kept)
    require_safe(session.connection())
    campaign = session.get_one(Campaign, campaign_id, with_for_update=True)
    require_ready(session, campaign)
    campaign.manifest = {
        **manifest(session, campaign, keyring=keyring, keys_kept=keys_kept),
        "questionnaire_version": frozen_form(session, campaign, now=now),
    }
    campaign.state = CampaignState.OPEN
    campaign.opened_for_voting_at = now
    make_partition(session, campaign_id)
    record(session, "voting_opened", at=now, by=by, campaign=campaign_id, keys_kept=keys_kept)
    session.flush()
    return campaign


def require_ready(session: Session, campaign: Campaign) -> None:
    """Refuse to open what is not frozen, not a draft, or has no codes."""
    if campaign.period.frozen_at is None:
        raise Conflict("period_not_frozen")
    if campaign.state is not CampaignState.DRAFT:
        raise Conflict("campaign_not_draft", state=campaign.state.value)
    issued = exists().where(Batch.campaign_id == campaign.id, Batch.state == BatchState.ISSUED)
    if not session.scalar(select(issued)):
        raise Conflict("nothing_issued")


def manifest(
    session: Session, campaign: Campaign, *, keyring: PublicKeyring, keys_kept: str
) -> JsonObject:
    """What never changes again: the form, all names, the public keys."""
    period = campaign.period
    units = session.scalars(select(Unit).where(Unit.period_id == period.id))
    members = period.members if campaign.kind is CampaignKind.MEMBER else []
    return {
        "format": 1,
        "campaign": {
            "id": campaign.id,
            "code": campaign.code,
            "kind": campaign.kind.value,
            "name": {"zh": campaign.name_zh, "en": campaign.name_en},
        },
        "period": {"zh": period.name_zh, "en": period.name_en},
        "county": {"zh": period.county_zh, "en": period.county_en},
        "sample": period.sample,
        "questionnaire": campaign.questionnaire.content,
        "groups": {
            str(group.id): {
                "code": group.code,
                "name": {"zh": group.name_zh, "en": group.name_en},
                "open_code": group.open_code,
                "proof_of_work": group.proof_of_work,
                "asks_age": group.asks_age,
            }
            for group in campaign.groups
        },
        "units": {
            str(unit.id): {"code": unit.code, "name": {"zh": unit.name_zh, "en": unit.name_en}}
            for unit in units
        },
        "members": {str(each.id): member_names(each) for each in members},
        "keys": keyring.as_json(),
        "keys_kept": keys_kept,
    }


def member_names(member: Member) -> JsonObject:
    """What a voter reads of a member: name, unit and post."""
    return {
        "code": member.code,
        "name": {"zh": member.name_zh, "en": member.name_en},
        "about": {
            "zh": f"{member.unit.name_zh} · {member.post_zh}",
            "en": f"{member.post_en}, {member.unit.name_en}",
        },
    }


def frozen_form(session: Session, campaign: Campaign, *, now: datetime) -> JsonObject:
    """Number and hash of the questionnaire's version, frozen from here on: results name it."""
    content = QuestionnaireContent.model_validate(campaign.questionnaire.content)
    version = freeze_version(session, content=content, now=now)
    return {"number": version.version, "sha256": (version.sha256 or b"").hex()}


def make_partition(session: Session, campaign_id: int) -> None:
    """A part of tally.ballot of the campaign's own: it is read and dropped as one."""
    session.execute(
        text(
            f"CREATE TABLE IF NOT EXISTS tally.ballot_c{int(campaign_id)} "
            f"PARTITION OF tally.ballot FOR VALUES IN ({int(campaign_id)})"
        )
    )
