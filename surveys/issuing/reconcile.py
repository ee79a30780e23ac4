"""Every code accounted for: issued = returned + void + unreturned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session

from surveys.models import Batch, BatchState, Campaign, CampaignState
from surveys.monitoring.papers import all_papers, shown_papers
from surveys.monitoring.turnout import SMALL, Count

# Codes, envelopes and void codes are counted from an index each, batch by batch, as the turnout is
# (docs/adr/0009-turnout-counts-an-index.md): a join of codes with envelopes reads the whole box.
# Only papers, which are few, are looked up one by one.
COUNTED: Final = text("""
    WITH paper AS (
        SELECT k.batch_id,
               count(e.token_h) FILTER (WHERE k.state = 'cast') AS n_paper,
               count(*) FILTER (WHERE k.state = 'spoiled') AS n_spoiled,
               count(*) FILTER (WHERE e.token_h IS NULL AND k.state IN ('once', 'differs')
                   AND t.state <> 'void') AS n_being_keyed
        FROM box.keyed_paper k
        JOIN public.batch b ON b.id = k.batch_id
        JOIN box.token t ON t.h = k.token_h
        LEFT JOIN box.envelope e ON e.token_h = k.token_h
        WHERE b.campaign_id = :campaign_id
        GROUP BY k.batch_id
    )
    SELECT b.id AS batch_id,
           (SELECT count(*) FROM box.token t WHERE t.batch_id = b.id) AS n_codes,
           (SELECT count(*) FROM box.envelope e WHERE e.batch_id = b.id) AS n_returned,
           (SELECT count(*) FROM box.token t WHERE t.batch_id = b.id AND t.state = 'void')
               AS n_void_codes,
           coalesce(p.n_paper, 0) AS n_paper,
           coalesce(p.n_spoiled, 0) AS n_spoiled,
           coalesce(p.n_being_keyed, 0) AS n_being_keyed
    FROM public.batch b
    LEFT JOIN paper p ON p.batch_id = b.id
    WHERE b.campaign_id = :campaign_id AND NOT b.open_code
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
        """Whether every code that was made is accounted for.

        A void code with a ballot shows as a code too few among the others.
        """
        return (
            self.n_issued + self.n_replaced == self.n_codes
            and min(self.n_void, self.n_unreturned) >= 0
        )

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
        account = account_of(batch, row)
        papers = shown_papers(
            row.n_paper, n_returned=row.n_returned, n_issued=batch.n_issued, running=running
        )
        shown = not running or batch.n_issued >= SMALL
        lines.append(AccountLine(batch, account, shown, papers))
    return Reconciliation(campaign, lines)


def account_of(batch: Batch, row: Row[Any]) -> Account:
    """One batch's codes; of a void batch every code without a ballot is void."""
    n_open = row.n_codes - row.n_returned
    n_void = n_open if batch.state is BatchState.VOID else row.n_void_codes
    return Account(
        n_issued=batch.n_issued,
        n_replaced=batch.n_replaced,
        n_codes=row.n_codes,
        n_returned=row.n_returned,
        n_void=n_void,
        n_unreturned=n_open - n_void,
        n_paper=row.n_paper,
        n_spoiled=row.n_spoiled,
        n_being_keyed=0 if batch.state is BatchState.VOID else row.n_being_keyed,
    )
