"""A hall full of voters: one open campaign, its codes and keys, in a database that may break."""

import os
from asyncio import AbstractEventLoop, new_event_loop, run_coroutine_threadsafe
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, cached_property
from secrets import token_hex
from threading import Thread

from sqlalchemy.orm import Session

from surveys.casting.answers import Answers
from surveys.casting.box_call import Asked, Row
from surveys.casting.cast_ballot import (
    NO_MARKS,
    Marks,
    Voter,
    ballot_call,
    receipt_of,
    seal_ballot,
)
from surveys.casting.casting_keys import CastingKeys
from surveys.casting.papers import Paper, kept_paper, paper_of_batch
from surveys.casting.receipts import Receipt
from surveys.casting.shared_calls import SharedCalls
from surveys.database.embedded import Server, create_database
from surveys.database.engine import Database
from surveys.database.migrating import upgrade
from surveys.issuing.issue_batch import BatchOrder, issue_batch
from surveys.issuing.open_voting import open_voting
from surveys.opening.close_campaign import close_campaign
from surveys.opening.keys import Key, KeyStore, Role
from surveys.opening.open_box import OfficerKeys, open_box, request_opening
from tests.conftest import NOW
from tests.small_county import (
    MANIFEST_HASH,
    SmallCounty,
    build_small_county,
    campaign_keys,
    keyring,
)

N_ANSWERS = 2
GOOD = Answers(b"\1\2")


@cache
def event_loop() -> AbstractEventLoop:
    """Where all halls' voters wait for the box, as in a server's worker."""
    loop = new_event_loop()
    Thread(target=loop.run_forever, daemon=True).start()
    return loop


@dataclass(frozen=True)
class Hall:
    """One campaign in which anybody with a code may vote now.

    Parameters
    ----------
    order : what its batches were issued by
    poster_order : the same for its posters
    people : organizer and two officers
    batches : batch → its codes
    secrets : all keys of the campaign
    """

    database: Database
    campaign_id: int
    order: BatchOrder
    poster_order: BatchOrder
    people: tuple[int, int, int]
    batches: dict[int, tuple[str, ...]]
    secrets: dict[Role, Key]

    @cached_property
    def batch_of(self) -> dict[str, int]:
        """code → its batch."""
        return {code: batch for batch, codes in self.batches.items() for code in codes}

    @property
    def codes(self) -> list[str]:
        """All codes, batch by batch."""
        return [code for codes in self.batches.values() for code in codes]

    @cached_property
    def keys(self) -> CastingKeys:
        """What the server seals and signs with."""
        return CastingKeys(
            stamp=self.secrets[Role.CASTING].signing_key(),
            receipts=self.secrets[Role.RECEIPTS].signing_key(),
            tags=self.secrets[Role.TAGS].secret,
        )

    @cached_property
    def calls(self) -> SharedCalls:
        """Where those who come at the same time share a commit."""
        return SharedCalls(self.database)

    def paper(self, batch_id: int) -> Paper:
        """The paper of a batch; asks the database once."""
        kept = kept_paper(self.database.box_engine, batch_id=batch_id)
        if kept is not None:
            return kept
        with self.database.box() as connection:
            return paper_of_batch(connection, batch_id=batch_id)

    def cast(
        self,
        code: str,
        nonce: bytes,
        *,
        identity: bytes = b"",
        answers: Answers = GOOD,
        marks: Marks = NO_MARKS,
    ) -> Receipt:
        """Cast a ballot, as the web does: together with those who come at the same time.

        Parameters
        ----------
        identity : the browser's, where a poster is used
        """
        paper = self.paper(self.batch_of[code])
        sealed = seal_ballot(paper, answers=answers, keys=self.keys, marks=marks)
        asked = ballot_call(paper, voter=Voter(code, nonce, identity), sealed=sealed)
        row = run_coroutine_threadsafe(self._row(asked), event_loop()).result()
        return receipt_of(row, paper=paper, keys=self.keys)

    async def _row(self, asked: Asked) -> Row | None:
        return await self.calls.lane(self.campaign_id).row(asked)

    def close(self) -> None:
        """Close the campaign."""
        with self.database.transaction() as session:
            close_campaign(session, campaign_id=self.campaign_id, now=NOW, by=self.people[0])

    def open_box(self) -> int:
        """Two officers open the box."""
        _, a, b = self.people
        campaign = self.campaign_id
        with self.database.transaction() as session:
            request_opening(session, campaign_id=campaign, now=NOW, by=a)
        keys = OfficerKeys(self.secrets[Role.OFFICER_A], self.secrets[Role.OFFICER_B])
        with self.database.transaction() as session:
            return open_box(session, campaign_id=campaign, keys=keys, now=NOW, by=b)


def open_hall(
    database: Database, *, n_batches: int = 1, n_codes: int = 40, store: KeyStore | None = None
) -> Hall:
    """Open one more campaign of the small county.

    Parameters
    ----------
    n_batches, n_codes : batches, and codes in each
    store : where a web server finds the keys, if there is one
    """
    with database.transaction() as session:
        county = _county(session)
        campaign, by = county.campaign, county.organizer.id
        order = BatchOrder(campaign.id, county.staff.id, (county.units[0].id,), n=n_codes)
        issued = [
            issue_batch(session, order=order, random_bytes=os.urandom, now=NOW, by=by)
            for _ in range(n_batches)
        ]
        secrets = campaign_keys(campaign.id)
        for key in secrets.values() if store else ():
            assert store
            store.save(key)
        open_voting(
            session,
            campaign_id=campaign.id,
            keyring=keyring(secrets),
            keys_kept="server",
            now=NOW,
            by=by,
        )
        batches = {one.batch.id: one.codes for one in issued}
        poster_order = replace(order, group_id=county.citizens.id, n=1)
        people = (by, county.officer_a.id, county.officer_b.id)
        return Hall(database, campaign.id, order, poster_order, people, batches, secrets)


def _county(session: Session) -> SmallCounty:
    """A small county of its own: a frozen period takes no further campaign."""
    county = build_small_county(session, now=NOW, frozen=False)
    mark = token_hex(4)
    county.period.code = mark
    for person in (county.organizer, county.officer_a, county.officer_b):
        person.login = f"{person.login}-{mark}"
    session.flush()
    county.period.frozen_at = NOW
    county.period.manifest_hash = MANIFEST_HASH
    session.flush()
    return county


@contextmanager
def database_on(server: Server, name: str = "hall") -> Iterator[Database]:
    """A migrated database of a server of the test's own."""
    create_database(server, name)
    database = Database(server.url(name), box_url=server.url(name, user="gongping_box"))
    upgrade(database.engine)
    yield database
    database.dispose()
