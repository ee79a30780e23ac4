"""Of the ballots returned, those keyed in from paper: by group, as coarse as the turnout."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from surveys.monitoring.turnout import SMALL, STEP, BatchCount, Count

# Papers whose ballot was annulled later are in the box no more.
_CAST: Final = text("""
    SELECT k.batch_id, count(*) AS n
    FROM box.keyed_paper k
    JOIN public.batch b ON b.id = k.batch_id
    JOIN box.envelope e ON e.token_h = k.token_h
    WHERE b.campaign_id = :campaign_id AND k.state = 'cast'
    GROUP BY k.batch_id
""")


def papers_by_batch(session: Session, *, campaign_id: int) -> dict[int, int]:
    """Ballots in the box that were keyed in from paper."""
    rows = session.execute(_CAST, {"campaign_id": campaign_id})
    return {row.batch_id: row.n for row in rows}


def papers_by_group(
    counted: Iterable[BatchCount], papers: Mapping[int, int], *, running: bool
) -> dict[int, Count]:
    """By the group's id what may be shown; groups of which nothing may are left out."""
    n_paper: dict[int, int] = defaultdict(int)
    n_returned: dict[int, int] = defaultdict(int)
    n_issued: dict[int, int] = defaultdict(int)
    for row in counted:
        if row.batch.open_code:
            continue
        n_paper[row.batch.group_id] += papers.get(row.batch.id, 0)
        n_returned[row.batch.group_id] += row.n_returned
        n_issued[row.batch.group_id] += row.batch.n_issued
    shown = {
        group_id: shown_papers(
            n, n_returned=n_returned[group_id], n_issued=n_issued[group_id], running=running
        )
        for group_id, n in n_paper.items()
    }
    return {group_id: count for group_id, count in shown.items() if count.n_returned}


def shown_papers(n: int, *, n_returned: int, n_issued: int, running: bool) -> Count:
    """How many came on paper, in steps of 5 where these, or the others, are few.

    Whoever knows both channels' numbers knows each; so neither may be that of a handful.
    """
    few = min(n, n_issued, n_returned - n) < SMALL
    return Count(None, n - n % STEP, coarse=True) if running and few else Count(None, n)


def all_papers(papers: Mapping[int, Count]) -> Count | None:
    """Add up what is shown of the groups; None where there is nothing."""
    if not papers:
        return None
    return Count(
        None,
        sum(count.n_returned for count in papers.values()),
        coarse=any(count.coarse for count in papers.values()),
    )
