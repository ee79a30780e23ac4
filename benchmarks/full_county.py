"""A campaign as large as a big city's: many units, groups and channels, millions of envelopes."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.campaign import BenchCampaign
from surveys.casting.sealing import SEALED_LENGTH
from surveys.models import (
    Batch,
    Campaign,
    CampaignKind,
    CampaignState,
    Category,
    RaterGroup,
    RaterScope,
    Unit,
    UnitKind,
)

N_CATEGORIES = 3
# Four groups with codes, two channels with posters; each has a batch for each unit.
GROUPS = (
    ("staff", "样例干部职工", "Sample staff", RaterScope.OWN, False),
    ("peers", "样例平级单位", "Sample peers", RaterScope.PEERS, False),
    ("served", "样例服务对象", "Sample people served", RaterScope.UNIT, False),
    ("street", "样例街道群众", "Sample residents", RaterScope.UNIT, False),
    ("hall", "样例大厅扫码", "Sample posters in halls", RaterScope.UNIT, True),
    ("web", "样例网站", "Sample web site", RaterScope.UNIT, True),
)

# Tokens are named by a number as those of `benchmarks.campaign`; its batch follows from it.
_TOKEN = "sha256(convert_to('county|' || number, 'UTF8'))"
_TOKENS = text(f"""
    INSERT INTO box.token (h, batch_id, state)
    SELECT {_TOKEN} AS h, CAST(:first AS integer) + number % CAST(:n_batches AS integer), 'issued'
    FROM generate_series(0, CAST(:n AS integer) - 1) AS number ORDER BY h
""")
_ENVELOPES = text(f"""
    INSERT INTO box.envelope (token_h, batch_id, nonce_h, leaf, sealed)
    SELECT t.h, t.batch_id, t.h, t.h, decode(repeat('c5', CAST(:length AS integer)), 'hex')
    FROM (
        SELECT {_TOKEN} AS h, CAST(:first AS integer) + number % CAST(:n_batches AS integer)
            AS batch_id
        FROM generate_series(0, CAST(:n AS integer) - 1) AS number
    ) t ORDER BY t.h
""")
_LENGTH_CHECK = "ck_envelope_sealed_has_constant_length"


@dataclass(frozen=True)
class FullCounty:
    """An open campaign whose box is full.

    Parameters
    ----------
    first_batch, n_batches : ids of its batches, one after the other
    n_envelopes, n_tokens : tokens of the numbers from `n_envelopes` on are unused
    """

    campaign_id: int
    first_batch: int
    n_batches: int
    n_envelopes: int
    n_tokens: int


def full_county(
    known: BenchCampaign, *, n_units: int, n_envelopes: int, n_unused: int, full_size: bool
) -> FullCounty:
    """Lay it straight into the tables, beside a campaign that is there.

    Parameters
    ----------
    n_unused : codes that nobody has used yet
    full_size : whether sealed ballots have the bytes they have in life; else those that are laid
        down here are empty, and the disk needs a tenth
    """
    n_batches = n_units * len(GROUPS)
    n_tokens = n_envelopes + n_unused
    with known.database.transaction() as session:
        campaign_id, first = _campaign(session, known.campaign_id, n_units, n_tokens // n_batches)
    numbers = {"first": first, "n_batches": n_batches}
    with known.database.transaction() as session:
        # Millions of rows of known content: neither asked for their token one by one …
        session.execute(text("SET LOCAL session_replication_role = replica"))
        session.execute(text("SET LOCAL statement_timeout = 0"))
        # … nor logged: the tables are new in this transaction.
        session.execute(text("TRUNCATE box.token CASCADE"))
        session.execute(_TOKENS, {**numbers, "n": n_tokens})
        if not full_size:
            _check(session, f"DROP CONSTRAINT {_LENGTH_CHECK}")
        session.execute(
            _ENVELOPES, {**numbers, "n": n_envelopes, "length": SEALED_LENGTH if full_size else 0}
        )
        if not full_size:
            _check(
                session,
                f"ADD CONSTRAINT {_LENGTH_CHECK} "
                f"CHECK (octet_length(sealed) = {SEALED_LENGTH}) NOT VALID",
            )
    known.settle()
    return FullCounty(campaign_id, first, n_batches, n_envelopes, n_tokens)


def _check(session: Session, change: str) -> None:
    session.execute(text(f"ALTER TABLE box.envelope {change}"))


def _campaign(session: Session, beside: int, n_units: int, n_each: int) -> tuple[int, int]:
    """The campaign with its groups and batches; its id and that of the first batch."""
    now = datetime.now(UTC)
    other = session.get_one(Campaign, beside)
    by = session.scalar(text("SELECT min(id) FROM account"))
    campaign = Campaign(
        period=other.period,
        questionnaire=other.questionnaire,
        code="county",
        kind=CampaignKind.RECOGNITION,
        name_zh="样例全市测评",
        name_en="Sample city",
        state=CampaignState.OPEN,
        manifest={},
        opened_for_voting_at=now - timedelta(days=2),
    )
    session.add(campaign)
    units = _units(session, other, n_units)
    groups = [
        RaterGroup(
            campaign=campaign,
            code=code,
            name_zh=zh,
            name_en=en,
            weight=0,
            min_valid=5,
            open_code=open_code,
            scope=scope,
            size=n_each,
            position=place,
        )
        for place, (code, zh, en, scope, open_code) in enumerate(GROUPS)
    ]
    session.add_all(groups)
    session.flush()
    ids = [unit.id for unit in units]
    batches = [
        Batch(
            campaign_id=campaign.id,
            group_id=group.id,
            home_unit_id=unit.id if group.scope in {RaterScope.OWN, RaterScope.PEERS} else None,
            target_ids=(
                [each for each in ids[place % N_CATEGORIES :: N_CATEGORIES] if each != unit.id]
                if group.scope is RaterScope.PEERS
                else [unit.id]
            ),
            n_issued=1 if group.open_code else n_each,
            open_code=group.open_code,
            closes_at=now + timedelta(days=3),
            issued_at=now - timedelta(days=3),
            issued_by=by,
        )
        for group in groups
        for place, unit in enumerate(units)
    ]
    session.add_all(batches)
    session.flush()
    return campaign.id, min(batch.id for batch in batches)


def _units(session: Session, campaign: Campaign, n: int) -> list[Unit]:
    categories = [
        Category(
            period=campaign.period,
            code=f"c{place}",
            name_zh=f"样例类别{place}",
            name_en=f"Sample category {place}",
            kind=UnitKind.DEPARTMENT,
            position=place,
        )
        for place in range(N_CATEGORIES)
    ]
    units = [
        Unit(
            period=campaign.period,
            category=categories[place % N_CATEGORIES],
            code=f"u{place}",
            name_zh=f"样例单位{place}",
            name_en=f"Sample unit {place}",
            position=place,
        )
        for place in range(n)
    ]
    session.add_all([*categories, *units])
    session.flush()
    return units
