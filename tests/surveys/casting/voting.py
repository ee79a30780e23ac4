"""A campaign that is open for voting, laid straight into the tables."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from secrets import token_hex

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveys.casting.casting_keys import CastingKeys, casting_keys
from surveys.casting.papers import Paper, ballot_paper
from surveys.database.engine import Database
from surveys.issuing.codes import code_hash, new_codes
from surveys.models.accounts import Account
from surveys.models.box import Envelope, Token, TokenState
from surveys.models.campaigns import (
    Batch,
    Campaign,
    CampaignKind,
    CampaignState,
    Questionnaire,
    RaterGroup,
)
from surveys.models.periods import Period
from surveys.models.units import Category, Unit, UnitKind
from surveys.opening.keys import KeyStore
from surveys.setup.questionnaires import QuestionnaireContent

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
UNITS = (
    ("样例县教育局", "Sample Education Bureau"),
    ("样例县公安局", "Sample Public Security Bureau"),
    ("样例县民政局", "Sample Civil Affairs Bureau"),
    ("样例县财政局", "Sample Finance Bureau"),
    ("样例县自然资源局", "Sample Natural Resources Bureau"),
    ("样例县交通运输局", "Sample Transport Bureau"),
    ("样例县卫生健康局", "Sample Health Bureau"),
    ("样例县市场监督管理局", "Sample Market Regulation Bureau"),
)
KEPT_ON_SERVER = "server"


@dataclass(frozen=True)
class Voting:
    """One batch of codes with which anybody may vote now."""

    database: Database
    store: KeyStore
    campaign_id: int
    batch_id: int
    codes: list[str]

    @property
    def keys(self) -> CastingKeys:
        return casting_keys(self.store, self.campaign_id)

    def paper(self, code: str | None = None) -> Paper:
        with self.database.box() as connection:
            return ballot_paper(connection, code=code or self.codes[0])

    def set_state(self, state: CampaignState) -> None:
        root = None if state is CampaignState.OPEN else b"\0" * 32
        self._update(
            "UPDATE campaign SET state = :state, root = :root WHERE id = :campaign",
            state=state,
            root=root,
        )

    def set_window(self, *, opens_at: str | None = None, closes_at: str | None = None) -> None:
        self._update(
            "UPDATE batch SET opens_at = CAST(:opens AS timestamptz), "
            "closes_at = CAST(:closes AS timestamptz) WHERE campaign_id = :campaign",
            opens=opens_at,
            closes=closes_at,
        )

    def void_batch(self) -> None:
        self._update("UPDATE batch SET state = 'void' WHERE campaign_id = :campaign")

    def envelopes(self) -> list[Envelope]:
        """What lies in this campaign's box."""
        of_campaign = select(Batch.id).where(Batch.campaign_id == self.campaign_id)
        statement = (
            select(Envelope)
            .join(Token, Token.h == Envelope.token_h)
            .where(Token.batch_id.in_(of_campaign))
        )
        with self.database.transaction() as session:
            return list(session.scalars(statement))

    def n_envelopes(self) -> int:
        return len(self.envelopes())

    def another_batch(self, n_targets: int = 1) -> "Voting":
        """Codes of another batch of the same campaign, about other targets."""
        with self.database.transaction() as session:
            batch = session.get_one(Batch, self.batch_id)
            other = Batch(
                campaign_id=batch.campaign_id,
                group_id=batch.group_id,
                target_ids=batch.target_ids[:n_targets][::-1],
                n_issued=5,
                issued_at=NOW,
                issued_by=batch.issued_by,
            )
            session.add(other)
            session.flush()
            codes = _issue(session, batch=other)
            return Voting(self.database, self.store, self.campaign_id, other.id, codes)

    def _update(self, statement: str, **values: object) -> None:
        with self.database.transaction() as session:
            session.execute(text(statement), {"campaign": self.campaign_id, **values})


def open_voting(
    database: Database,
    *,
    store: KeyStore,
    content: QuestionnaireContent,
    n_targets: int = 1,
    n_codes: int = 40,
    open_code: bool = False,
    proof_of_work: bool = False,
    asks_age: bool = False,
    home: bool = False,
) -> Voting:
    """Open a campaign with one batch, in a period of its own."""
    with database.transaction() as session:
        period = _period(session)
        units = [_unit(period, place) for place in range(n_targets + home)]
        session.add_all(units)
        campaign = Campaign(
            period=period,
            questionnaire=Questionnaire(
                period_id=period.id, code=content.code, content=content.model_dump(mode="json")
            ),
            code=content.code,
            kind=CampaignKind(content.kind),
            name_zh=f"样例：{content.title.zh}",
            name_en=f"Sample: {content.title.en}",
            state=CampaignState.OPEN,
            manifest={},
        )
        session.add(campaign)
        group = RaterGroup(
            campaign=campaign,
            code="A",
            name_zh="县级领导",
            name_en="County leaders",
            weight=1,
            min_valid=5,
            position=1,
            open_code=open_code,
            proof_of_work=proof_of_work,
            asks_age=asks_age,
        )
        session.add(group)
        session.flush()
        batch = Batch(
            campaign=campaign,
            group=group,
            target_ids=[unit.id for unit in units[:n_targets]],
            home_unit_id=units[-1].id if home else None,
            n_issued=1 if open_code else n_codes,
            open_code=open_code,
            issued_at=NOW,
            issued_by=session.scalar(text("SELECT min(id) FROM account")),
        )
        session.add(batch)
        session.flush()
        campaign.manifest = _manifest(campaign, group, units, content) | {
            "keys": store.create(campaign.id).as_json(),
            "keys_kept": KEPT_ON_SERVER,
        }
        codes = _issue(session, batch=batch)
        return Voting(database, store, campaign.id, batch.id, codes)


def _period(session: Session) -> Period:
    mark = token_hex(4)
    account = Account(
        login=f"organizer-{mark}",
        name="样例",
        password_hash="-",
        roles=["organizer"],
        created_at=NOW,
    )
    period = Period(
        code=mark,
        name_zh="2026年度",
        name_en="2026",
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
    session.add_all((account, period, category))
    session.flush()
    return period


def _unit(period: Period, place: int) -> Unit:
    zh, en = UNITS[place % len(UNITS)]
    return Unit(
        period=period,
        category=period.categories[0],
        code=f"u{place}",
        name_zh=zh,
        name_en=en,
        position=place,
    )


def _manifest(
    campaign: Campaign, group: RaterGroup, units: Sequence[Unit], content: QuestionnaireContent
) -> dict[str, object]:
    return {
        "format": 1,
        "campaign": {
            "id": campaign.id,
            "code": campaign.code,
            "kind": campaign.kind,
            "name": {"zh": campaign.name_zh, "en": campaign.name_en},
        },
        "county": {"zh": "样例县", "en": "Sample County"},
        "sample": True,
        "questionnaire": content.model_dump(mode="json"),
        "groups": {
            str(group.id): {
                "code": group.code,
                "name": {"zh": group.name_zh, "en": group.name_en},
                "open_code": group.open_code,
                "proof_of_work": group.proof_of_work,
                "asks_age": group.asks_age,
            }
        },
        "units": {
            str(unit.id): {
                "code": unit.code,
                "name": {"zh": unit.name_zh, "en": unit.name_en},
            }
            for unit in units
        },
    }


def _issue(session: Session, *, batch: Batch) -> list[str]:
    codes = new_codes(batch.n_issued, random_bytes=os.urandom)
    state = TokenState.POSTER if batch.open_code else TokenState.ISSUED
    session.add_all(Token(h=code_hash(code), batch_id=batch.id, state=state) for code in codes)
    return codes
