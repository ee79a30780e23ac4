"""How fast opened ballots become exact points by unit and group."""

import time
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from benchmarks.ballot_form import N_ITEMS
from benchmarks.servers import bench_server
from surveys.issuing.open_voting import make_partition
from surveys.scoring.campaign_votes import campaign_votes

# Ten answers of 1..3 for each ballot, spelled as bytes.
_ANSWERS = " || ".join(f"chr(1 + (random() * 2)::integer) /* {item} */" for item in range(N_ITEMS))
_FILL = text(f"""
    INSERT INTO tally.ballot (campaign_id, id, batch_id, answers)
    SELECT :campaign, gen_random_uuid(), :batch, convert_to({_ANSWERS}, 'UTF8')
    FROM generate_series(1, :n)
""")


@dataclass(frozen=True)
class ScoringFigures:
    """Ballots counted and turned into points a second."""

    ballots: int
    ballots_per_s: float
    seconds: float


def measure_scoring(n: int) -> ScoringFigures:
    """Score `n` opened ballots of ten items."""
    with bench_server({}) as bench:
        campaign = bench.campaign
        with Session(campaign.database.engine) as session:
            make_partition(session, campaign.campaign_id)
            session.execute(
                _FILL, {"campaign": campaign.campaign_id, "batch": campaign.batch_id, "n": n}
            )
            session.commit()
            began = time.perf_counter()
            votes = campaign_votes(
                session, campaign_id=campaign.campaign_id, leave_out_excluded=False
            )
            seconds = time.perf_counter() - began
    found = sum(sum(cell.values()) for cell in votes.cells.values())
    if found != n:
        raise RuntimeError(f"{found} of {n} ballots have points")
    return ScoringFigures(n, round(n / seconds, 1), round(seconds, 2))
