"""Whatever is done to a box, and in whatever order, it answers as the model of one page says."""

import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select, text

from surveys.casting.papers import ballot_paper
from surveys.database.engine import Database
from surveys.errors import DomainError
from surveys.issuing.annul import confirm_annulment, request_annulment, withdraw_annulment
from surveys.issuing.codes import IDENTITY_BYTES, new_codes
from surveys.issuing.issue_batch import issue_batch, void_batch
from surveys.models import Ballot, Campaign, CampaignState, Envelope, PublishedLeaf
from surveys.opening.close_campaign import close_campaign
from surveys.opening.keys import Role
from surveys.opening.open_box import OfficerKeys, open_box, request_opening
from tests.conftest import NOW, copied_database
from tests.faults.box_model import BoxModel
from tests.faults.conftest import Note
from tests.faults.halls import Hall, open_hall
from tests.faults.sizes import sizes

NONCES = tuple(bytes([place]) * 16 for place in range(3))
BROWSERS = tuple(bytes([place]) * IDENTITY_BYTES for place in range(1, 4))
PLACES = st.integers(0, 8)
# Of the hall's people: the organizer and two officers.
PEOPLE = st.integers(0, 2)
OFFICERS = st.integers(1, 2)
TURNOUT = text("SELECT batch_id, n_returned FROM box.turnout(:campaign)")
# A machine that never reaches these would prove little; the short walk reaches only the first.
COMMON = {"submit: ok", "submit: code_used", "poster: ok", "annul: ok", "void: ok", "close: ok"}
RARE = {"submit: code_annulled", "poster: code_used", "open: same_person", "open: ok"}
FEWEST_OF_FULL = 100
MOST_DETOURS = 4


def outcome(act: Callable[[], object]) -> str:
    """What became of it: "ok", or the error's code."""
    try:
        act()
    except DomainError as error:
        return error.code
    return "ok"


class BoxMachine(RuleBasedStateMachine):
    """A campaign in the hands of somebody who tries everything."""

    database: Database
    steps: Counter[str]

    @initialize()
    def begin(self) -> None:
        self.hall: Hall = open_hall(self.database, n_codes=3)
        self.model = BoxModel()
        self.codes = list(self.hall.codes)
        self.leaves: dict[str | tuple[str, bytes], bytes] = {}
        for batch, codes in self.hall.batches.items():
            self.model.issue(batch, codes)
        self.poster = self.hang_poster()

    def agree(self, step: str, found: str, expected: str) -> None:
        self.steps[f"{step}: {expected}"] += 1
        assert found == expected, step

    def act(self, verb: Callable[..., Any], *, by: int, **more: Any) -> Any:
        with self.database.transaction() as session:
            return verb(session, now=NOW, by=self.hall.people[by], **more)

    def learn(self, batch: int, codes: tuple[str, ...]) -> None:
        """Everybody knows of new codes."""
        self.hall.batches[batch] = (*self.hall.batches.get(batch, ()), *codes)
        self.hall.batch_of.update(dict.fromkeys(codes, batch))
        self.model.issue(batch, codes)

    def hang_poster(self) -> str:
        """Issue an open code."""
        order = self.hall.poster_order
        issued = self.act(issue_batch, by=0, order=order, random_bytes=os.urandom)
        self.learn(issued.batch.id, issued.codes)
        self.model.posters.update(issued.codes)
        return str(issued.codes[0])

    @rule()
    def issue(self) -> None:
        def make() -> None:
            issued = self.act(issue_batch, by=0, order=self.hall.order, random_bytes=os.urandom)
            self.learn(issued.batch.id, issued.codes)
            self.codes += issued.codes

        expected = self.model.may_issue()
        self.agree("issue", outcome(make), expected)

    @rule(place=PLACES, nonce=st.sampled_from(NONCES))
    def submit(self, place: int, nonce: bytes) -> None:
        self.submit_by(self.codes[place % len(self.codes)], nonce)

    # By chance alone this would hardly happen.
    @precondition(lambda self: self.model.annulled)
    @rule(place=PLACES, nonce=st.sampled_from(NONCES))
    def submit_by_an_annulled_code(self, place: int, nonce: bytes) -> None:
        annulled = [code for code in self.codes if code in self.model.annulled]
        self.submit_by(annulled[place % len(annulled)], nonce)

    def submit_by(self, code: str, nonce: bytes) -> None:
        known = self.leaves.get(code)

        def cast() -> None:
            self.leaves[code] = self.hall.cast(code, nonce).leaf

        expected = self.model.submit(code, nonce)
        self.agree("submit", outcome(cast), expected)
        assert known in {None, self.leaves.get(code)}, "another receipt for the same ballot"

    @rule(browser=st.sampled_from(BROWSERS), nonce=st.sampled_from(NONCES))
    def submit_by_poster(self, browser: bytes, nonce: bytes) -> None:
        name = self.poster, browser
        known = self.leaves.get(name)

        def cast() -> None:
            self.leaves[name] = self.hall.cast(self.poster, nonce, identity=browser).leaf

        expected = self.model.submit_open(self.poster, browser, nonce)
        self.agree("poster", outcome(cast), expected)
        assert known in {None, self.leaves.get(name)}, "another receipt for the same ballot"

    @precondition(lambda self: self.model.used)
    @rule(place=PLACES)
    def retry(self, place: int) -> None:
        name, nonce = list(self.model.used.items())[place % len(self.model.used)]
        code, browser = (name, b"") if isinstance(name, str) else name
        assert self.hall.cast(code, nonce, identity=browser).leaf == self.leaves[name]

    @rule(place=PLACES, by=PEOPLE, poster=st.booleans())
    def ask_annulment(self, place: int, by: int, poster: bool) -> None:
        code = self.poster if poster and place == 0 else self.codes[place % len(self.codes)]
        campaign = self.hall.campaign_id
        found = outcome(lambda: self.act(request_annulment, by=by, campaign_id=campaign, code=code))
        self.agree("ask annulment", found, self.model.ask_annulment(code, by))

    @rule(by=PEOPLE)
    def annul(self, by: int) -> None:
        def confirm() -> None:
            campaign, draw = self.hall.campaign_id, os.urandom
            made = self.act(confirm_annulment, by=by, campaign_id=campaign, random_bytes=draw)
            self.learn(made.batch.id, (made.code,))
            self.codes.append(made.code)

        waiting = self.model.annulment
        expected = self.model.annul(by)
        self.agree("annul", outcome(confirm), expected)
        if expected == "ok" and waiting:
            self.leaves.pop(waiting[0], None)

    @precondition(lambda self: self.model.annulment)
    @rule()
    def withdraw_annulment(self) -> None:
        campaign = self.hall.campaign_id
        found = outcome(lambda: self.act(withdraw_annulment, by=0, campaign_id=campaign))
        self.agree("withdraw", found, self.model.withdraw_annulment())

    @rule()
    def submit_unknown(self) -> None:
        (code,) = new_codes(1, random_bytes=os.urandom)
        self.hall.batch_of[code] = next(iter(self.hall.batches))
        found = outcome(lambda: self.hall.cast(code, NONCES[0]))
        self.agree("submit", found, self.model.submit(code, NONCES[0]))

    @rule(place=PLACES)
    def look(self, place: int) -> None:
        code = self.codes[place % len(self.codes)]

        def read() -> None:
            with self.database.box() as connection:
                ballot_paper(connection, code=code)

        self.agree("look", outcome(read), self.model.look(code))

    @rule(place=PLACES)
    def void(self, place: int) -> None:
        batch = list(self.hall.batches)[place % len(self.hall.batches)]
        found = outcome(lambda: self.act(void_batch, by=0, batch_id=batch))
        self.agree("void", found, self.model.void_batch(batch))

    # Not at once, or nothing else would happen to a box that is still open.
    @precondition(lambda self: self.model.used or self.model.state != "open")
    @rule()
    def close(self) -> None:
        found = outcome(lambda: self.act(close_campaign, by=0, campaign_id=self.hall.campaign_id))
        self.agree("close", found, self.model.close())

    @precondition(lambda self: self.model.state != "open")
    @rule(by=OFFICERS)
    def ask(self, by: int) -> None:
        found = outcome(lambda: self.act(request_opening, by=by, campaign_id=self.hall.campaign_id))
        self.agree("ask", found, self.model.ask(by))

    @precondition(lambda self: self.model.state != "open")
    @rule(by=OFFICERS)
    def open(self, by: int) -> None:
        self.open_by(by)

    # By chance alone this would hardly happen either.
    @precondition(lambda self: self.model.state == "closed" and self.model.asked_by is not None)
    @rule()
    def open_by_who_asked(self) -> None:
        assert self.model.asked_by is not None
        self.open_by(self.model.asked_by)

    def open_by(self, by: int) -> None:
        secrets = self.hall.secrets
        keys = OfficerKeys(secrets[Role.OFFICER_A], secrets[Role.OFFICER_B])
        campaign = self.hall.campaign_id
        found = outcome(lambda: self.act(open_box, by=by, campaign_id=campaign, keys=keys))
        self.agree("open", found, self.model.open(by))

    @precondition(lambda self: self.model.state == "opened")
    @rule()
    def certify(self) -> None:
        with self.database.transaction() as session:
            campaign = session.get_one(Campaign, self.hall.campaign_id)
            campaign.state = CampaignState.CERTIFIED
        self.model.certify()

    @invariant()
    def the_box_holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "model"):
            return
        used = (name if isinstance(name, str) else name[0] for name in self.model.used)
        expected = Counter(self.model.batch_of[code] for code in used)
        with self.database.transaction() as session:
            rows = session.execute(TURNOUT, {"campaign": self.hall.campaign_id}).all()
        assert {row.batch_id: row.n_returned for row in rows if row.n_returned} == expected

    def teardown(self) -> None:
        if not hasattr(self, "model"):
            return
        campaign = self.hall.campaign_id
        with self.database.transaction() as session:
            in_box = Envelope.batch_id.in_(self.hall.batches)
            stored = set(session.scalars(select(Envelope.leaf).where(in_box)))
            of_campaign = PublishedLeaf.campaign_id == campaign
            published = set(session.scalars(select(PublishedLeaf.leaf).where(of_campaign)))
            n_opened = session.scalar(select(func.count()).where(Ballot.campaign_id == campaign))
        assert stored == set(self.leaves.values())
        assert published == (set() if self.model.state == "open" else stored)
        opened = self.model.state in {"opened", "certified"}
        assert n_opened == (len(stored) if opened else 0)


def walk(database: Database, n_runs: int, n_steps: int) -> Counter[str]:
    """Let the machine run; how often each thing happened."""
    steps: Counter[str] = Counter()
    made = type("Machine", (BoxMachine,), {"database": database, "steps": steps})
    run_state_machine_as_test(
        made,
        settings=settings(
            max_examples=n_runs,
            stateful_step_count=n_steps,
            deadline=None,
            database=None,
            # Shrinking would open a thousand more campaigns; the steps of a failure are printed.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
            derandomize=n_runs < FEWEST_OF_FULL,
        ),
    )
    return steps


# In parts, each with a seed and a database of its own: they may run at the same time, and two
# thousand campaigns in one database would slow each other down.
@pytest.mark.parametrize("size", sizes((30, 25), *[(250, 50)] * 8))
def test_the_box_answers_as_the_model_says(
    database: Database, size: tuple[int, int], note: Note
) -> None:
    n_runs, n_steps = size
    is_full = n_runs >= FEWEST_OF_FULL
    steps = walk(database, n_runs, n_steps)
    wanted = COMMON | RARE if is_full else COMMON
    # To what is rare and was not met yet it walks a little longer, but not for ever.
    for _ in range(MOST_DETOURS if is_full else 0):
        if wanted <= set(steps):
            break
        steps += walk(database, FEWEST_OF_FULL, n_steps)
        n_runs += FEWEST_OF_FULL
    note(runs=n_runs, steps=steps.total(), kinds=f"{len(steps)}")
    assert wanted <= set(steps)


def test_a_box_that_forgets_the_nonce_is_found_out(server_url: str, template: str) -> None:
    with copied_database(server_url, template) as database:
        with database.transaction() as session:
            source = session.scalar(text("SELECT pg_get_functiondef('box.submit'::regproc)"))
            forgetful = str(source).replace("e.nonce_h = p_nonce_h", "true")
            assert forgetful != source
            session.connection().exec_driver_sql(forgetful.replace("%", "%%"))
        with pytest.raises(AssertionError):
            walk(database, 30, 20)
