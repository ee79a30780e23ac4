"""Ballots that can be known again, whole boxes of them, and a box as one would naively make it."""

import random
import secrets
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy import text

from surveys.casting.answers import Answers
from surveys.casting.cast_ballot import Marks
from surveys.casting.packing import BallotBody, Comment, pack
from surveys.database.embedded import Server, binaries
from surveys.database.engine import Database
from surveys.issuing.codes import code_hash
from tests.faults.attackers import Links, Loot, Trace
from tests.faults.halls import Hall

N_CONNECTIONS = 8
# In every comment, tag and nonce: who finds one of these in a file has found a ballot.
COMMENT_MARK = "样例印记"
TAG_MARK = b"\xf7GP\xf1"
NONCE_MARK = b"\xf2nonce\xf3"
MARKS = (COMMENT_MARK.encode(), TAG_MARK, NONCE_MARK)


@dataclass(frozen=True)
class MarkedBallot:
    """A ballot the test knows again by its device tag, which no attacker may use."""

    code: str
    batch: int
    tag: bytes
    answers: Answers

    @property
    def code_h(self) -> bytes:
        """By what the box knows its code."""
        return code_hash(self.code)

    @property
    def body(self) -> bytes:
        """What is sealed."""
        return pack(
            BallotBody(self.batch, self.answers.packed, self.answers.comments, device=self.tag)
        )


def marked_ballots(hall: Hall) -> list[MarkedBallot]:
    """One ballot for each code, in random order, of many lengths."""
    ballots = [
        MarkedBallot(code, batch, TAG_MARK + place.to_bytes(4), _random_answers())
        for place, (code, batch) in enumerate(hall.batch_of.items())
    ]
    random.SystemRandom().shuffle(ballots)
    return ballots


def _random_answers() -> Answers:
    rng = random.SystemRandom()
    words = COMMENT_MARK + "好" * rng.randrange(120)
    return Answers(bytes(rng.randint(1, 4) for _ in range(2)), (Comment(0, words),))


def cast_all(hall: Hall, ballots: list[MarkedBallot]) -> None:
    """Cast them over several connections at a time."""

    def cast(ballot: MarkedBallot) -> None:
        nonce = NONCE_MARK + secrets.token_bytes(16)
        hall.cast(ballot.code, nonce, answers=ballot.answers, marks=Marks(device=ballot.tag))

    with ThreadPoolExecutor(N_CONNECTIONS) as voters:
        list(voters.map(cast, ballots))


ENVELOPES = """
    SELECT token_h AS name, batch_id, xmin::text::bigint, ctid::text, octet_length(sealed) AS n
    FROM box.envelope ORDER BY random()
"""
OPENED = """
    SELECT id AS name, batch_id, xmin::text::bigint, ctid::text, device, coalesce(bucket, 0) AS time
    FROM tally.ballot ORDER BY random()
"""


def opened_box(server: Server, hall: Hall, ballots: list[MarkedBallot]) -> tuple[Loot, Links]:
    """All that lies in the database after the opening, and the truth."""
    bodies = {ballot.tag: ballot for ballot in ballots}
    places = dumped(server, hall.database, ("box.envelope", f"tally.ballot_c{hall.campaign_id}"))
    with hall.database.transaction() as session:
        codes = [
            _trace(row, bytes(row.name), row.n, places) for row in session.execute(text(ENVELOPES))
        ]
        rows = session.execute(text(OPENED)).all()
    # More than the database tells: how long each ballot was with its comment.
    opened = [_trace(row, row.name.bytes, len(bodies[row.device].body), places) for row in rows]
    truth = {code_hash(bodies[row.device].code): row.name.bytes for row in rows}
    return Loot(codes, opened), truth


def naive_box(
    server: Server, database: Database, ballots: list[MarkedBallot]
) -> tuple[Loot, Links]:
    """Cast into a roll and a ballot table in one transaction: random identities, no times."""
    with database.transaction() as session:
        for statement in NAIVE_TABLES:
            session.execute(text(statement))
        session.execute(
            text("INSERT INTO naive.roll VALUES (:h, :batch, false)"),
            [{"h": code_hash(one.code), "batch": one.batch} for one in ballots],
        )
    truth: Links = {}

    def cast(ballot: MarkedBallot) -> None:
        identity = uuid4()
        truth[code_hash(ballot.code)] = identity.bytes
        with database.transaction() as session:
            session.execute(text(NAIVE_USE), {"h": code_hash(ballot.code)})
            values = {"id": identity, "batch": ballot.batch, "body": ballot.body}
            session.execute(text(NAIVE_BALLOT), values)

    with ThreadPoolExecutor(N_CONNECTIONS) as voters:
        list(voters.map(cast, ballots))
    places = dumped(server, database, ("naive.roll", "naive.ballot"))
    with database.transaction() as session:
        roll = session.execute(text(f"SELECT h AS name, {NAIVE_TRACE} FROM naive.roll")).all()
        cast_rows = session.execute(
            text(f"SELECT id AS name, {NAIVE_TRACE} FROM naive.ballot ORDER BY random()")
        ).all()
    codes = [_trace(row, bytes(row.name), 0, places) for row in roll]
    return Loot(codes, [_trace(row, row.name.bytes, 0, places) for row in cast_rows]), truth


NAIVE_TABLES = (
    "CREATE SCHEMA naive",
    "CREATE TABLE naive.roll (h bytea PRIMARY KEY, batch_id integer, used boolean)",
    "CREATE TABLE naive.ballot (id uuid PRIMARY KEY, batch_id integer, body bytea)",
)
NAIVE_USE = "UPDATE naive.roll SET used = true WHERE h = :h AND NOT used"
NAIVE_BALLOT = "INSERT INTO naive.ballot VALUES (:id, :batch, :body)"
NAIVE_TRACE = "batch_id, xmin::text::bigint, ctid::text"


def without_padding(loot: Loot, ballots: list[MarkedBallot]) -> Loot:
    """The same box, had the envelopes been as long as what is in them."""
    lengths = {code_hash(ballot.code): len(ballot.body) + 96 for ballot in ballots}
    codes = [replace(code, length=lengths[code.name]) for code in loot.codes]
    return Loot(codes, loot.ballots)


def dumped(server: Server, database: Database, tables: tuple[str, ...]) -> dict[bytes, int]:
    """Names of rows → their places in a dump."""
    where = ["-h", str(server.socket_dir), "-p", str(server.port), "-U", "postgres"]
    chosen = [word for table in tables for word in ("-t", table)]
    command = [str(binaries() / "pg_dump"), *where, "--data-only", *chosen]
    name = str(database.engine.url.database)
    output = subprocess.run([*command, name], check=True, capture_output=True, text=True).stdout
    places: dict[bytes, int] = {}
    for place, line in enumerate(output.splitlines()):
        for field in line.split("\t")[:2]:
            if found := _row_name(field):
                places[found] = place
    return places


def _row_name(field: str) -> bytes | None:
    if field.startswith("\\\\x"):
        return bytes.fromhex(field[3:])
    try:
        return UUID(field).bytes
    except ValueError:
        return None


def _trace(row: object, name: bytes, length: int, places: Mapping[bytes, int]) -> Trace:
    page, place = getattr(row, "ctid").strip("()").split(",")  # noqa: B009
    return Trace(
        name=name,
        batch=getattr(row, "batch_id"),  # noqa: B009
        xmin=getattr(row, "xmin"),  # noqa: B009
        ctid=(int(page), int(place)),
        length=length,
        dumped=places[name],
        time=getattr(row, "time", 0),
    )
