"""Whether a campaign can open for voting, point by point, so that nobody finds out by an error."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from surveys.database.interlock import ALLOWED, UnsafeSetting, unsafe_settings
from surveys.models import Batch, BatchState, Campaign, CampaignState
from surveys.opening.keys import KeyStore, Role


@dataclass(frozen=True)
class Setting:
    """One setting of the database server; `unsafe` says what stands there, None if it is safe."""

    name: str
    allowed: tuple[str, ...]
    unsafe: UnsafeSetting | None


@dataclass(frozen=True)
class Readiness:
    """What must hold before voting.

    Parameters
    ----------
    frozen : the period is
    n_batches, n_codes : issued and not void; a poster counts as one code
    settings : those of the server that keep ballots safe and secret
    n_keys : keys of the campaign that lie on the server already, 0..5
    """

    draft: bool
    frozen: bool
    n_batches: int
    n_codes: int
    settings: tuple[Setting, ...]
    n_keys: int

    @property
    def safe(self) -> bool:
        """Whether every setting of the server is."""
        return all(setting.unsafe is None for setting in self.settings)

    @property
    def ready(self) -> bool:
        """Whether the campaign can open now."""
        return self.draft and self.frozen and self.n_codes > 0 and self.safe


def readiness(session: Session, *, campaign_id: int, store: KeyStore) -> Readiness:
    """Look at everything that `open_with_keys_on_server` will demand."""
    campaign = session.get_one(Campaign, campaign_id)
    n_batches, n_codes = session.execute(
        select(func.count(), func.coalesce(func.sum(Batch.n_issued), 0)).where(
            Batch.campaign_id == campaign_id, Batch.state == BatchState.ISSUED
        )
    ).one()
    unsafe = {setting.name: setting for setting in unsafe_settings(session.connection())}
    return Readiness(
        draft=campaign.state is CampaignState.DRAFT,
        frozen=campaign.period.frozen_at is not None,
        n_batches=n_batches,
        n_codes=n_codes,
        settings=tuple(Setting(name, ALLOWED[name], unsafe.get(name)) for name in ALLOWED),
        n_keys=len([role for role in Role if role in store.roles(campaign_id)]),
    )
