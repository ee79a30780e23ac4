"""A small county on its way through issuing, voting and opening, for tests of the pages."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from surveys.casting.answers import Answers
from surveys.casting.cast_ballot import Voter, cast_ballot
from surveys.casting.casting_keys import casting_keys
from surveys.casting.papers import ballot_paper
from surveys.casting.receipts import Receipt
from surveys.database.engine import Database
from surveys.issuing.issue_batch import BatchOrder, issue_batch
from surveys.issuing.prove_keys import open_with_keys_on_server
from surveys.models import RaterGroup, Unit
from surveys.opening.close_campaign import close_campaign
from surveys.opening.keys import KeyStore
from tests.conftest import NOW
from tests.small_county import MANIFEST_HASH, build_small_county


@dataclass
class Polling:
    """A county, its campaign, and what a test lets happen to them.

    Parameters
    ----------
    store : the keys of the application under test
    """

    database: Database
    store: KeyStore
    campaign_id: int
    staff: RaterGroup
    citizens: RaterGroup
    units: tuple[Unit, ...]
    by: int

    @property
    def url(self) -> str:
        """The address that the campaign's pages have in common."""
        return f"/office/campaigns/{self.campaign_id}"

    def issue(self, n: int = 6, *, poster: bool = False) -> tuple[int, tuple[str, ...]]:
        """Issue codes about the first unit; the batch's id and the codes."""
        group = self.citizens if poster else self.staff
        order = BatchOrder(self.campaign_id, group.id, (self.units[0].id,), n)
        with self.database.transaction() as session:
            issued = issue_batch(session, order=order, random_bytes=os.urandom, now=NOW, by=self.by)
            return issued.batch.id, issued.codes

    def open(self) -> None:
        """Open voting with keys on the server."""
        with self.database.transaction() as session:
            open_with_keys_on_server(
                session,
                campaign_id=self.campaign_id,
                store=self.store,
                random_bytes=os.urandom,
                now=NOW,
                by=self.by,
            )

    def cast(self, codes: Sequence[str]) -> list[Receipt]:
        """Cast a ballot with each code."""
        keys = casting_keys(self.store, self.campaign_id)
        receipts = []
        with self.database.box() as connection:
            for code in codes:
                paper = ballot_paper(connection, code=code)
                receipts.append(
                    cast_ballot(
                        connection,
                        paper=paper,
                        voter=Voter(code, os.urandom(16), os.urandom(16)),
                        answers=Answers(b"\1\2", ()),
                        keys=keys,
                    )
                )
        return receipts

    def close(self) -> None:
        """Close the campaign without its page."""
        with self.database.transaction() as session:
            close_campaign(session, campaign_id=self.campaign_id, now=NOW, by=self.by)

    def voted(self, n_cast: int = 3, n_issued: int = 6) -> list[Receipt]:
        """Issue, open, and cast some."""
        _batch, codes = self.issue(n_issued)
        self.open()
        return self.cast(codes[:n_cast])


def planned_county(database: Database, data_dir: Path, *, frozen: bool = True) -> Polling:
    """Set the county up: 3 codes planned for each of two categories, and a poster for each."""
    with database.transaction() as session:
        county = build_small_county(session, now=NOW, frozen=False)
        county.staff.size = 3
        county.citizens.size = 50
        session.flush()
        if frozen:
            county.period.frozen_at = NOW
            county.period.manifest_hash = MANIFEST_HASH
        return Polling(
            database=database,
            store=KeyStore(data_dir / "keys"),
            campaign_id=county.campaign.id,
            staff=county.staff,
            citizens=county.citizens,
            units=county.units,
            by=county.organizer.id,
        )
