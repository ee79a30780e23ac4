"""Where the time of one ballot goes, measured inside one process, stage by stage."""

import os
import time
from collections.abc import Callable
from statistics import median
from urllib.parse import urlencode

from benchmarks.ballot_form import N_ITEMS
from benchmarks.servers import Bench
from surveys.casting.answers import Answers
from surveys.casting.box_call import box_row
from surveys.casting.cast_ballot import Voter, ballot_call, receipt_of, seal_ballot
from surveys.casting.casting_keys import casting_keys
from surveys.casting.papers import ballot_paper
from surveys.casting.receipts import sign_receipt
from surveys.database.engine import Database
from surveys.issuing.codes import parse_code
from surveys.opening.keys import KeyStore
from webapp.application import create_app
from webapp.citizen.arrival import PLAIN_FORM, Arrival, form_of
from webapp.citizen.compiled_forms import compiled_paper, compiled_receipt
from webapp.citizen.forms import Sent
from webapp.citizen.paper_pages import receipt_slots
from webapp.palettes import SYSTEM

ROUNDS = 300


def stages(bench: Bench) -> dict[str, float]:
    """Microseconds of one ballot by stage: CPU of the web process, but for ``insert``.

    ``insert`` is the time from taking a connection to the acknowledged commit, disk included,
    with nobody else about; ``insert_cpu`` is what the web process itself spends on it.
    """
    config, campaign = bench.config, bench.campaign
    database = Database(config.database_url or "", box_url=config.box_database_url or "")
    app = create_app(config, database=database)
    codes = campaign.codes(2 * ROUNDS)
    store = KeyStore(config.data_dir / "keys", random_bytes=os.urandom)
    keys = casting_keys(store, campaign.campaign_id)
    with database.box() as connection:
        paper = ballot_paper(connection, code=codes[0])
    fields = {f"a0_{item}": "2" for item in range(N_ITEMS)}
    answers: Answers = paper.sheet.read(fields)
    sealed = seal_ballot(paper, answers=answers, keys=keys)
    receipt = sign_receipt(os.urandom(32), campaign=campaign.campaign_id, key=keys.receipts)
    left = iter(codes)

    def insert() -> None:
        voter = Voter(next(left), os.urandom(18).hex().encode())
        with database.box() as connection:
            row = box_row(connection, *ballot_call(paper, voter=voter, sealed=sealed))
        receipt_of(row, paper=paper, keys=keys)

    with app.test_request_context("/b"):
        page, slip = compiled_paper(paper, "zh"), compiled_receipt(paper, "zh")

    def render_paper() -> None:
        page.render({"csrf_token": "t" * 91, "code": codes[0], "nonce": "n" * 36, "shown": "1"})

    def render_receipt() -> None:
        slip.render(receipt_slots(receipt, palette=SYSTEM))

    found = {
        # The form and the code in it.
        "parse": _spent(_parser({**fields, "code": codes[0], "nonce": "n" * 36})),
        "validate": _spent(lambda: paper.sheet.read(fields)),
        "seal": _spent(lambda: seal_ballot(paper, answers=answers, keys=keys)),
        "insert_cpu": _spent(insert),
        "insert": _spent(insert, clock=time.perf_counter),
        "render_paper": _spent(render_paper),
        "render_receipt": _spent(render_receipt),
    }
    database.dispose()
    return found


def _parser(fields: dict[str, str]) -> Callable[[], None]:
    body = urlencode(fields).encode()

    def parse() -> None:
        arrival = Arrival({"content-type": PLAIN_FORM}, body=body)
        sent = Sent(form_of(arrival))
        parse_code(sent.code)

    return parse


def _spent(stage: Callable[[], object], *, clock: Callable[[], float] = time.process_time) -> float:
    taken = []
    for _ in range(ROUNDS):
        began = clock()
        stage()
        taken.append(clock() - began)
    return round(median(taken) * 1e6, 1)
