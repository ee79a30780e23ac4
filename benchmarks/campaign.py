"""An open campaign with as many codes as a benchmark uses up, laid straight into the tables."""

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.ballot_form import ten_items
from surveys.database.engine import Database
from surveys.issuing.codes import code_hash, new_codes
from surveys.models import (
    Account,
    Batch,
    Campaign,
    CampaignKind,
    CampaignState,
    Category,
    Period,
    Questionnaire,
    RaterGroup,
    Unit,
    UnitKind,
)
from surveys.opening.keys import KeyStore

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
# The tokens that pgbench and the filling use up are named by a number and have no code.
NUMBERED = "sha256(convert_to('bench|' || number, 'UTF8'))"

_ISSUE = text("""
    INSERT INTO box.token (h, batch_id, state) SELECT unnest(CAST(:hashes AS bytea[])), :batch,
    'issued'
""")
_ISSUE_NUMBERED = text(f"""
    INSERT INTO box.token (h, batch_id, state)
    SELECT {NUMBERED}, :batch, 'issued'
    FROM generate_series(CAST(:first AS bigint), :last) AS number
""")
_FILL = text(f"""
    INSERT INTO box.envelope (token_h, batch_id, nonce_h, leaf, sealed)
    SELECT t.h, t.batch_id, sha256(t.h), sha256(t.h || 'leaf'),
           decode(repeat(md5(number::text), 112), 'hex')
    FROM generate_series(CAST(:first AS bigint), :last) AS number
    JOIN box.token t ON t.h = {NUMBERED}
""")


@dataclass
class BenchCampaign:
    """A campaign in which anybody with a code may vote.

    Parameters
    ----------
    numbered : tokens named by a number that were made so far
    """

    database: Database
    campaign_id: int
    batch_id: int
    numbered: int = 0

    def codes(self, n: int) -> list[str]:
        """Issue `n` codes."""
        codes = new_codes(n, random_bytes=os.urandom)
        with self.database.transaction() as session:
            hashes = [code_hash(code) for code in codes]
            session.execute(_ISSUE, {"hashes": hashes, "batch": self.batch_id})
        return codes

    def numbered_tokens(self, n: int) -> int:
        """Issue `n` tokens named by a number; return the first number."""
        first = self.numbered + 1
        self.numbered += n
        with self.database.transaction() as session:
            session.execute(
                _ISSUE_NUMBERED, {"first": first, "last": self.numbered, "batch": self.batch_id}
            )
        return first

    def fill(self, n: int) -> None:
        """Put `n` envelopes into the box."""
        first = self.numbered_tokens(n)
        with self.database.transaction() as session:
            session.execute(text("SET LOCAL statement_timeout = 0"))
            session.execute(_FILL, {"first": first, "last": self.numbered})
        self.settle()

    def settle(self) -> None:
        """Let the server finish what filling left behind, so that no measurement pays for it."""
        with self.database.engine.connect() as connection:
            bare = connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in ("VACUUM (ANALYZE) box.token", "VACUUM (ANALYZE) box.envelope"):
                bare.execute(text(statement))
            bare.execute(text("CHECKPOINT"))

    def n_envelopes(self) -> int:
        """Count what lies in the box."""
        with self.database.transaction() as session:
            return int(session.scalar(text("SELECT count(*) FROM box.envelope")) or 0)


def open_campaign(database: Database, store: KeyStore) -> BenchCampaign:
    """Open a campaign of sample data."""
    content = ten_items()
    with database.transaction() as session:
        period, unit = _period(session)
        campaign = Campaign(
            period=period,
            questionnaire=Questionnaire(
                period_id=period.id, code=content.code, content=content.model_dump(mode="json")
            ),
            code=content.code,
            kind=CampaignKind.RECOGNITION,
            name_zh="样例测评",
            name_en="Sample campaign",
            state=CampaignState.OPEN,
            manifest={},
        )
        session.add(campaign)
        group = RaterGroup(
            campaign=campaign,
            code="A",
            name_zh="样例群众",
            name_en="Sample citizens",
            weight=1,
            min_valid=5,
            position=1,
        )
        session.add(group)
        session.flush()
        batch = Batch(
            campaign=campaign,
            group=group,
            target_ids=[unit.id],
            n_issued=1_000_000,
            issued_at=NOW,
            issued_by=session.scalar(text("SELECT min(id) FROM account")),
        )
        session.add(batch)
        session.flush()
        campaign.manifest = {
            "format": 1,
            "campaign": {
                "id": campaign.id,
                "code": campaign.code,
                "kind": campaign.kind.value,
                "name": {"zh": campaign.name_zh, "en": campaign.name_en},
            },
            "county": {"zh": "样例县", "en": "Sample County"},
            "sample": True,
            "questionnaire": content.model_dump(mode="json"),
            "groups": {
                str(group.id): {
                    "code": group.code,
                    "name": {"zh": group.name_zh, "en": group.name_en},
                    "open_code": False,
                }
            },
            "units": {
                str(unit.id): {"code": unit.code, "name": {"zh": unit.name_zh, "en": unit.name_en}}
            },
            "keys": store.create(campaign.id).as_json(),
            "keys_kept": "server",
        }
        return BenchCampaign(database, campaign.id, batch.id)


def _period(session: Session) -> tuple[Period, Unit]:
    account = Account(
        login="bench", name="样例", password_hash="-", roles=["organizer"], created_at=NOW
    )
    period = Period(
        code="bench",
        name_zh="样例",
        name_en="Sample",
        county_zh="样例县",
        county_en="Sample County",
        starts_on=date(2026, 1, 1),
        ends_on=date(2026, 12, 31),
        sample=True,
        scheme={},
    )
    category = Category(
        period=period,
        code="d",
        name_zh="部门",
        name_en="Departments",
        kind=UnitKind.DEPARTMENT,
        position=1,
    )
    unit = Unit(
        period=period,
        category=category,
        code="u",
        name_zh="样例单位",
        name_en="Sample unit",
        position=1,
    )
    session.add_all((account, period, category, unit))
    session.flush()
    return period, unit
