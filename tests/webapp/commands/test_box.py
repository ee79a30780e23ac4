"""`gongping box`: the whole way in processes of their own, and everything that can go wrong."""

import os
import random
import re
import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from surveys.casting.answers import Answers
from surveys.casting.cast_ballot import Voter, cast_ballot
from surveys.casting.casting_keys import casting_keys
from surveys.casting.papers import ballot_paper
from surveys.casting.receipts import leaf
from surveys.casting.sealing import seal
from surveys.database.engine import Database
from surveys.issuing.open_with_officers import open_with_officers_keys
from surveys.models import Ballot, Campaign, CampaignState, Role
from surveys.opening.box_files import BoxFile, Purpose, Step, box_stream, read_box
from surveys.opening.ceremony import answer_canary, canary_box, ceremony_of, hand_in_keys
from surveys.opening.key_files import PassphraseCost, key_text, write_key_file
from surveys.opening.key_kinds import OFFICERS, Key, new_key, public_part_from_text
from surveys.opening.key_kinds import Role as KeyRole
from surveys.opening.tree import box_root
from tests.conftest import NOW
from tests.small_county import campaign_keys, keyring
from tests.surveys.opening.closes import close_of
from tests.webapp.commands.test_keys import PASSPHRASE, descriptor
from tests.webapp.conftest import PASSWORD, MakeAccount
from tests.webapp.office.officers import officers_of
from tests.webapp.office.polling import Polling, planned_county
from webapp.commands import gongping

GONGPING = Path(sys.executable).with_name("gongping")
QUICK = PassphraseCost(iterations=1, lanes=1, memory_kib=64)
ANSWERS = (b"\1\2", b"\1\1", b"\xff\4", b"\0\3", b"\1\2")
Run = Callable[..., Result]


class Machine:
    """A computer with a folder and, if it is the server, a database."""

    def __init__(self, folder: Path, **environment: str) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        path = os.environ["PATH"]
        self.environment = {"PATH": path, "LC_ALL": "C.UTF-8", "HOME": str(folder), **environment}

    def run(self, *arguments: str, secret: str = "", option: str = "--passphrase-fd") -> str:
        """Call gongping; what it printed."""
        handle = descriptor(secret)
        given = [option, str(handle)] if secret else []
        done = subprocess.run(
            [GONGPING, *arguments, *given],
            cwd=self.folder,
            env=self.environment,
            pass_fds=[handle],
            capture_output=True,
            text=True,
            check=False,
        )
        os.close(handle)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def gives(self, name: str, other: "Machine") -> None:
        """Carry a file to another machine."""
        (other.folder / name).write_bytes((self.folder / name).read_bytes())


@pytest.fixture
def polling(database: Database, tmp_path: Path) -> Polling:
    return planned_county(database, tmp_path / "data")


@pytest.fixture
def server(database: Database, tmp_path: Path) -> Machine:
    return Machine(
        tmp_path / "server",
        GONGPING_DATA_DIR=str(tmp_path / "data"),
        GONGPING_DATABASE_URL=database.engine.url.render_as_string(hide_password=False),
        GONGPING_BOX_DATABASE_URL=database.box_engine.url.render_as_string(hide_password=False),
    )


def cast(polling: Polling, codes: tuple[str, ...]) -> None:
    """Cast the answers above, one with each code."""
    keys = casting_keys(polling.store, polling.campaign_id)
    with polling.database.box() as connection:
        for code, answers in zip(codes, ANSWERS, strict=False):
            paper = ballot_paper(connection, code=code)
            voter = Voter(code, os.urandom(16), os.urandom(16))
            cast_ballot(
                connection, paper=paper, voter=voter, answers=Answers(answers, ()), keys=keys
            )


def prove(polling: Polling, server: Machine, a: Machine, b: Machine, *, by: int) -> None:
    """Make two keys, hand their public parts in, open the canary, open voting."""
    campaign_id = polling.campaign_id
    for machine, role in ((a, "officer_a"), (b, "officer_b")):
        asked = ("--campaign", str(campaign_id), "--role", role, "--out", f"{role}.key")
        machine.run("keys", "new", *asked, secret=PASSPHRASE)
        machine.gives(f"{role}.public.json", server)
    parts = [
        public_part_from_text((server.folder / f"{role}.public.json").read_text("utf-8"))
        for role in OFFICERS
    ]
    with polling.database.transaction() as session:
        hand_in_keys(
            session,
            campaign_id=campaign_id,
            parts=parts,
            store=polling.store,
            random_bytes=os.urandom,
            now=NOW,
            by=polling.by,
        )
        canary = canary_box(ceremony_of(session, campaign_id=campaign_id))
    (a.folder / "canary.gpbox").write_bytes(b"".join(box_stream(canary)))
    open_by(a, "canary.gpbox", "officer_a", "canary-b.gpbox")
    a.gives("canary-b.gpbox", b)
    said = b.run("box", "open", "canary-b.gpbox", "--key", "officer_b.key", secret=PASSPHRASE)
    answer = re.findall(r"answer: ([0-9a-f ]+)", said)[0]
    with polling.database.transaction() as session:
        answer_canary(session, campaign_id=campaign_id, answer=answer, now=NOW, by=by)
        open_with_officers_keys(
            session, campaign_id=campaign_id, store=polling.store, now=NOW, by=polling.by
        )


def open_by(machine: Machine, name: str, role: str, out: str) -> str:
    """Let an officer open a file."""
    asked = ("box", "open", name, "--key", f"{role}.key", "--out", out)
    return machine.run(*asked, secret=PASSPHRASE)


@pytest.mark.slow
def test_the_whole_way_by_command_brings_home_what_was_cast(
    polling: Polling, server: Machine, make_account: MakeAccount, tmp_path: Path
) -> None:
    a, b = Machine(tmp_path / "a"), Machine(tmp_path / "b")
    logins = [make_account(Role.OFFICER, login=login) for login in ("anna", "bert")]
    _batch, codes = polling.issue(len(ANSWERS) + 1)
    prove(polling, server, a, b, by=logins[1].id)
    cast(polling, codes)
    polling.close()

    exported = server.run("box", "export", str(polling.campaign_id), "--out", "sealed.gpbox")
    server.gives("sealed.gpbox", a)
    opened_by_a = open_by(a, "sealed.gpbox", "officer_a", "layer-b.gpbox")
    a.gives("layer-b.gpbox", b)
    a.gives("layer-b.gpbox", server)
    open_by(b, "layer-b.gpbox", "officer_b", "opened.gpbox")
    b.gives("opened.gpbox", server)
    for name, login in (("layer-b.gpbox", "anna"), ("opened.gpbox", "bert")):
        server.run("box", "import", name, "--as", login, secret=PASSWORD, option="--password-fd")

    with polling.database.transaction() as session:
        campaign = session.get_one(Campaign, polling.campaign_id)
        root, state = (campaign.root or b"").hex(), campaign.state
        counted = sorted(session.scalars(select(Ballot.answers)))
    assert (state, counted) == (CampaignState.OPENED, sorted(ANSWERS))
    assert root in exported
    assert root in opened_by_a


# From here on in this process, with keys whose passphrase is quickly tried.


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Calls `gongping box` in a folder with officers' keys, without a server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")
    for role, key in campaign_keys(7).items():
        if role in OFFICERS:
            keep(key, f"{role}.key")
    Path("sealed.gpbox").write_bytes(b"".join(box_stream(sealed())))

    def call(*arguments: str, secret: str = PASSPHRASE) -> Result:
        given = ["--passphrase-fd", str(descriptor(secret))]
        return CliRunner().invoke(gongping, ["box", "open", *arguments, *given])

    return call


def keep(key: Key, name: str) -> None:
    text = key_text(key, random_bytes=os.urandom, passphrase=PASSPHRASE, cost=QUICK)
    write_key_file(Path(name), text)


def sealed() -> BoxFile:
    """Three ballots of campaign 7."""
    keys = campaign_keys(7)
    ring = keyring(keys)
    stamp = keys[KeyRole.CASTING].signing_key()
    envelopes = sorted(
        (seal(body, campaign=7, keys=ring.sealing, casting_key=stamp) for body in (b"1", b"2")),
        key=leaf,
    )
    return BoxFile(
        campaign="7",
        purpose=Purpose.BALLOTS,
        step=Step.SEALED,
        root=box_root(leaf(envelope) for envelope in envelopes).hex(),
        officers={role: ring.part(role).fingerprint for role in OFFICERS},
        records=tuple(envelopes),
        close=close_of(ring, envelopes, campaign="7", server=keys[KeyRole.RECEIPTS]).document(),
    )


def open_sealed(run: Run, *, key: str = "officer_a.key", secret: str = PASSPHRASE) -> Result:
    return run("sealed.gpbox", "--key", key, "--out", "layer-b.gpbox", secret=secret)


def test_with_the_right_key_a_layer_comes_off(run: Run) -> None:
    done = open_sealed(run)
    box = read_box(BytesIO(Path("layer-b.gpbox").read_bytes()))
    assert (done.exit_code, box.step, len(box.records)) == (0, Step.LAYER_B, 2)


def test_a_wrong_passphrase_can_be_tried_again(run: Run) -> None:
    refused = open_sealed(run, secret="another passphrase")
    assert (refused.exit_code, Path("layer-b.gpbox").exists()) == (2, False)
    assert "passphrase is wrong" in refused.output
    assert open_sealed(run).exit_code == 0


def test_a_wrong_key_shows_both_fingerprints(run: Run) -> None:
    other = new_key(KeyRole.OFFICER_A, campaign=7, random_bytes=random.Random(8).randbytes)
    keep(other, "other.key")
    refused = open_sealed(run, key="other.key")
    expected = campaign_keys(7)[KeyRole.OFFICER_A].fingerprint
    shown = (expected in refused.output, other.fingerprint in refused.output)
    assert (refused.exit_code, shown) == (2, (True, True))


def test_officer_b_does_not_come_first(run: Run) -> None:
    refused = open_sealed(run, key="officer_b.key")
    assert (refused.exit_code, "another purpose" in refused.output) == (2, True)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data[:-100], "breaks off: 1 of 2"),
        (lambda data: data[:-10], "breaks off"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "damaged"),
        (lambda data: b"PK" + data, "not made by this platform"),
        (lambda _data: b"", "not made by this platform"),
    ],
)
def test_a_bad_file_is_refused_in_words_and_the_good_one_opens(
    run: Run, change: Callable[[bytes], bytes], words: str
) -> None:
    good = Path("sealed.gpbox").read_bytes()
    Path("sealed.gpbox").write_bytes(change(good))
    refused = open_sealed(run)
    assert (refused.exit_code, words in refused.output) == (2, True), refused.output
    Path("sealed.gpbox").write_bytes(good)
    assert open_sealed(run).exit_code == 0


def test_a_result_is_never_written_over(run: Run) -> None:
    Path("layer-b.gpbox").write_text("precious", "ascii")
    refused = open_sealed(run)
    assert (refused.exit_code, Path("layer-b.gpbox").read_text("ascii")) == (2, "precious")


def test_a_missing_key_file_is_named(run: Run) -> None:
    refused = open_sealed(run, key="lost.key")
    assert (refused.exit_code, "lost.key" in refused.output) == (2, True)


def test_the_result_is_for_its_owner_alone(run: Run) -> None:
    open_sealed(run)
    assert Path("layer-b.gpbox").stat().st_mode & 0o077 == 0


# With a database, in this process.


@pytest.fixture
def on_server(server: Machine, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Calls `gongping box` on the server."""
    monkeypatch.chdir(server.folder)
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)

    def call(*arguments: str, secret: str = "") -> Result:
        given = ["--password-fd", str(descriptor(secret))] if secret else []
        return CliRunner().invoke(gongping, ["box", *arguments, *given])

    return call


def test_an_open_campaign_is_not_exported(polling: Polling, on_server: Run) -> None:
    polling.voted()
    refused = on_server("export", str(polling.campaign_id), "--out", "sealed.gpbox")
    assert (refused.exit_code, "not closed" in refused.output) == (2, True)


def test_a_closed_one_is(polling: Polling, on_server: Run) -> None:
    polling.voted(n_cast=3)
    polling.close()
    done = on_server("export", str(polling.campaign_id), "--out", "sealed.gpbox")
    assert (done.exit_code, ": 3" in done.output) == (0, True)


def test_a_campaign_that_is_not_there_is_named(polling: Polling, on_server: Run) -> None:
    missing = polling.campaign_id + 1
    refused = on_server("export", str(missing), "--out", "sealed.gpbox")
    assert (refused.exit_code, f"no campaign {missing}" in refused.output) == (2, True)


@pytest.mark.parametrize(
    ("role", "password"), [(Role.OFFICER, "a wrong password"), (Role.ORGANIZER, PASSWORD)]
)
def test_only_an_officer_with_a_password_imports(
    make_account: MakeAccount, polling: Polling, on_server: Run, role: Role, password: str
) -> None:
    make_account(role, login="carla")
    Path("layer.gpbox").write_bytes(b"".join(box_stream(sealed())))
    refused = on_server("import", "layer.gpbox", "--as", "carla", secret=password)
    assert (refused.exit_code, "no officer" in refused.output) == (2, True), polling


@pytest.fixture
def waiting(polling: Polling, make_account: MakeAccount, on_server: Run) -> Run:
    """A closed campaign of officers' keys; both results lie in the folder, and A's is handed in."""
    officers = officers_of(polling.campaign_id)
    logins = [make_account(Role.OFFICER, login=login) for login in ("anna", "bert")]
    _batch, codes = polling.issue(4)
    with polling.database.transaction() as session:
        handed_in = hand_in_keys(
            session,
            campaign_id=polling.campaign_id,
            parts=[key.public_part for key in officers.keys.values()],
            store=polling.store,
            random_bytes=os.urandom,
            now=NOW,
            by=polling.by,
        )
        canary = b"".join(box_stream(canary_box(handed_in)))
        answer_canary(
            session,
            campaign_id=polling.campaign_id,
            answer=officers.answer(canary),
            now=NOW,
            by=logins[0].id,
        )
        open_with_officers_keys(
            session, campaign_id=polling.campaign_id, store=polling.store, now=NOW, by=polling.by
        )
    cast(polling, codes[:3])
    polling.close()
    on_server("export", str(polling.campaign_id), "--out", "sealed.gpbox")
    layer = officers.a(Path("sealed.gpbox").read_bytes())
    Path("layer-b.gpbox").write_bytes(b"".join(box_stream(layer)))
    Path("opened.gpbox").write_bytes(b"".join(box_stream(officers.b(layer))))
    assert on_server("import", "layer-b.gpbox", "--as", "anna", secret=PASSWORD).exit_code == 0
    return on_server


def test_the_second_officer_brings_it_home_once(waiting: Run) -> None:
    done = waiting("import", "opened.gpbox", "--as", "bert", secret=PASSWORD)
    again = waiting("import", "opened.gpbox", "--as", "bert", secret=PASSWORD)
    assert (done.exit_code, ": 3" in done.output) == (0, True)
    assert (again.exit_code, "opened once" in again.output) == (2, True)


def test_the_first_officer_does_not(waiting: Run) -> None:
    refused = waiting("import", "opened.gpbox", "--as", "anna", secret=PASSWORD)
    assert (refused.exit_code, "second person" in refused.output) == (2, True)


def test_a_sealed_file_is_not_imported(waiting: Run) -> None:
    refused = waiting("import", "sealed.gpbox", "--as", "bert", secret=PASSWORD)
    assert (refused.exit_code, "step" in refused.output) == (2, True)
