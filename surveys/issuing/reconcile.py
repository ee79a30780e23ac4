"""Every code accounted for: issued = returned + void + unreturned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from surveys.models import Batch, Campaign, CampaignState
from surveys.monitoring.papers import all_papers, shown_papers
from surveys.monitoring.turnout import SMALL, Count

COUNTED: Final = text("""
    SELECT t.batch_id,
           count(*) AS n_codes,
           count(e.token_h) AS n_returned,
           count(*) FILTER (WHERE e.token_h IS NULL AND (t.state = 'void' OR b.state = 'void'))
               AS n_void,
           count(*) FILTER (WHERE e.token_h IS NULL AND t.state <> 'void' AND b.state <> 'void')
               AS n_unreturned,
           count(e.token_h) FILTER (WHERE k.state = 'cast') AS n_paper,
           count(k.token_h) FILTER (WHERE k.state = 'spoiled') AS n_spoiled,
           count(k.token_h) FILTER (WHERE e.token_h IS NULL AND k.state IN ('once', 'differs')
               AND t.state <> 'void' AND b.state <> 'void') AS n_being_keyed
    FROM box.token t
    JOIN public.batch b ON b.id = t.batch_id
    LEFT JOIN box.envelope e ON e.token_h = t.h
    LEFT JOIN box.keyed_paper k ON k.token_h = t.h
    WHERE b.campaign_id = :campaign_id AND NOT b.open_code
    GROUP BY t.batch_id
""")


@dataclass(frozen=True)
class Account:
    """The codes of one batch, or of several.

    Parameters
    ----------
    n_issued : as planned
    n_replaced : made beyond that, in place of codes that were made void
    n_codes : that the box knows
    n_returned, n_void, n_unreturned : with a ballot; without one and void; without one and valid
    n_paper : of those returned, keyed in from paper
    n_spoiled : of those void, on papers that nobody could read
    n_being_keyed : of those unreturned, on papers that wait for another person's reading
    """

    n_issued: int
    n_replaced: int
    n_codes: int
    n_returned: int
    n_void: int
    n_unreturned: int
    n_paper: int = 0
    n_spoiled: int = 0
    n_being_keyed: int = 0

    @property
    def fits(self) -> bool:
        """Whether every code that was made is accounted for."""
        counted = self.n_returned + self.n_void + self.n_unreturned
        return self.n_issued + self.n_replaced == self.n_codes == counted

    def __add__(self, other: "Account") -> "Account":
        """Of both together."""
        return Account(
            self.n_issued + other.n_issued,
            self.n_replaced + other.n_replaced,
            self.n_codes + other.n_codes,
            self.n_returned + other.n_returned,
            self.n_void + other.n_void,
            self.n_unreturned + other.n_unreturned,
            self.n_paper + other.n_paper,
            self.n_spoiled + other.n_spoiled,
            self.n_being_keyed + other.n_being_keyed,
        )


NOTHING: Final = Account(0, 0, 0, 0, 0, 0)


@dataclass(frozen=True)
class AccountLine:
    """One batch; `shown` is False while a small one would tell who has just voted.

    `papers` is what may be shown of `Account.n_paper` just now.
    """

    batch: Batch
    account: Account
    shown: bool
    papers: Count


@dataclass(frozen=True)
class Reconciliation:
    """A campaign's codes, batch by batch; open codes have no number to be held against."""

    campaign: Campaign
    lines: Sequence[AccountLine]

    @property
    def total(self) -> Account:
        """Of all batches that are shown."""
        return sum((line.account for line in self.lines if line.shown), NOTHING)

    @property
    def papers(self) -> Count | None:
        """Of those returned, on paper: the sum of what is shown of the batches."""
        shown = {line.batch.id: line.papers for line in self.lines if line.shown}
        return all_papers({batch: count for batch, count in shown.items() if count.n_returned})

    @property
    def fits(self) -> bool:
        """Whether every code of every batch is accounted for."""
        return all(line.account.fits for line in self.lines)

    @property
    def n_hidden(self) -> int:
        """Batches that are not shown yet."""
        return sum(not line.shown for line in self.lines)


def reconciliation(session: Session, *, campaign_id: int) -> Reconciliation:
    """Count a campaign's codes.

    While voting runs, batches of fewer than 20 codes are counted and held against their number,
    but not shown: who just put the phone away could be read from them.
    """
    campaign = session.get_one(Campaign, campaign_id)
    counted = {row.batch_id: row for row in session.execute(COUNTED, {"campaign_id": campaign_id})}
    running = campaign.state is CampaignState.OPEN
    batches = session.scalars(
        select(Batch)
        .where(Batch.campaign_id == campaign_id, ~Batch.open_code)
        .order_by(Batch.group_id, Batch.id)
    )
    lines = []
    for batch in batches:
        row = counted[batch.id]
        account = Account(
            batch.n_issued,
            batch.n_replaced,
            row.n_codes,
            row.n_returned,
            row.n_void,
            row.n_unreturned,
            row.n_paper,
            row.n_spoiled,
            row.n_being_keyed,
        )
        papers = shown_papers(
            row.n_paper, n_returned=row.n_returned, n_issued=batch.n_issued, running=running
        )
        shown = not running or batch.n_issued >= SMALL
        lines.append(AccountLine(batch, account, shown, papers))
    return Reconciliation(campaign, lines)
