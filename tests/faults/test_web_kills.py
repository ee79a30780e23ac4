"""The whole way of a ballot while everything dies in turn: server, connections, workers, master."""

import random
import time
from itertools import cycle
from pathlib import Path

import pytest

from surveys.database.embedded import running
from surveys.opening.keys import KeyStore
from tests.faults.conftest import Note
from tests.faults.halls import database_on, open_hall
from tests.faults.killing import Victim
from tests.faults.voters import crowd, slips_of, verdict
from tests.faults.web import Phone, serving

N_KILLS = 35
N_PHONES = 16
N_CODES = 12_000
PATIENCE_S = 180
# In which a master that gives up has done so.
SETTLING_S = 6


@pytest.mark.faults
@pytest.mark.slow
def test_nothing_acknowledged_over_http_is_lost_when_everything_dies(
    tmp_path: Path, note: Note
) -> None:
    with running(tmp_path / "postgresql") as server, database_on(server) as database:
        hall = open_hall(database, n_codes=N_CODES, store=KeyStore(tmp_path / "keys"))
        victim = Victim(server, {})
        with serving(database, tmp_path) as web:
            kills = cycle([*victim.kills, web.kill_worker, web.kill_master])
            phones = [Phone(web.port) for _ in range(N_PHONES)]
            casts = [phone.cast for phone in phones]
            began = time.monotonic()
            with crowd(casts, slips_of(hall), patience=PATIENCE_S) as (ledger, enough):
                for _ in range(N_KILLS):
                    next(kills)()
                    web.revive()
                    # The next one falls only on voters who are at work again.
                    ledger.wait_for(len(ledger.receipts) + 30, seconds=60)
                    time.sleep(random.uniform(0, 1))
                enough.set()
                time.sleep(SETTLING_S)
                web.revive()
            for phone in phones:
                phone.hang_up()
            elapsed = time.monotonic() - began
        database.dispose()
        found = verdict(hall, ledger)
    note(
        kills=N_KILLS,
        seconds=round(elapsed),
        **vars(found),
        unanswered=ledger.unanswered,
        refused=ledger.refused["code_used"],
    )
    assert found.acknowledged > 10 * N_KILLS
    assert found.broken == 0
