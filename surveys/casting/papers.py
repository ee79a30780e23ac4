"""A ballot paper: all that a voter with one code reads, frozen when the campaign opened."""

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Final, NoReturn
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, RowMapping, text

from surveys.casting.answers import AnswerSheet
from surveys.casting.box_call import Asked, BoxCall, Row, box_row
from surveys.casting.sealing import PublicKeys
from surveys.errors import Conflict, NotFound
from surveys.issuing.codes import code_hash, parse_code
from surveys.models.base import JsonObject
from surveys.opening.key_kinds import public_keyring
from surveys.setup.questionnaires import QuestionnaireContent
from surveys.setup.words import Words

READY = frozenset({b"ready", b"poster"})
MOST_PAPERS = 2048
SMALLEST_TIMED_BATCH = 30

_LOOKUP: Final = BoxCall("lookup", "SELECT standing, batch_id FROM box.lookup($1::bytea)")
_PAPER = text("SELECT * FROM box.paper(:batch)")


@dataclass(frozen=True, slots=True)
class Target:
    """A unit or member that is rated on the paper; of a member, `about` says unit and post."""

    target_id: int
    name: Words
    about: Words | None = None


@dataclass(frozen=True, eq=False)
class Paper:
    """What every code of one batch admits to; two papers are equal when they are the same one.

    Parameters
    ----------
    campaign_id, batch_id, group_id : whose paper it is
    county, campaign, group : names
    home : name of the unit the codes were handed out in, where that was recorded
    targets : in the batch's frozen order, at least one
    content : the questionnaire
    open_code : a poster's code, with which many may vote
    n_issued : codes in the batch
    sample : invented data, to be marked as such
    keys : for whom ballots are sealed
    keys_kept : ``"server"`` or ``"officers"``
    proof_of_work : each ballot wants one, see `proofs`; only with an open code
    asks_age : the page asks whether the voter is 16 or older; the answer is kept nowhere
    """

    campaign_id: int
    batch_id: int
    group_id: int
    county: Words
    campaign: Words
    group: Words
    home: Words | None
    targets: tuple[Target, ...]
    content: QuestionnaireContent
    open_code: bool
    n_issued: int
    sample: bool
    keys: PublicKeys
    keys_kept: str
    proof_of_work: bool = False
    asks_age: bool = False

    @property
    def about_members(self) -> bool:
        """Whether persons are rated, not units."""
        return self.content.kind == "member"

    @property
    def n_answers(self) -> int:
        """Bytes of a ballot's answers."""
        return len(self.targets) * self.content.row_bytes

    @property
    def timed(self) -> bool:
        """Whether ballots keep a ten-minute bucket and a duration.

        In a batch of fewer than 30 codes they could point at one voter.
        """
        return self.open_code or self.n_issued >= SMALLEST_TIMED_BATCH

    @cached_property
    def sheet(self) -> AnswerSheet:
        """Reads the answers on this paper."""
        return AnswerSheet(self.content, len(self.targets))


def ballot_paper(connection: Connection, *, code: str) -> Paper:
    """Look up what a code admits to; nothing is used up.

    Parameters
    ----------
    connection : of the public role
    code : as scanned or typed

    Raises
    ------
    Invalid : as `parse_code`
    NotFound : ``code_unknown``
    Conflict : ``code_used``, ``campaign_closed``, ``campaign_not_open``, ``batch_void``
    """
    return paper_of_batch(connection, batch_id=batch_of_code(connection, code=code))


def batch_of_code(connection: Connection, *, code: str) -> int:
    """Look up of which batch a code is that admits a ballot now.

    Raises
    ------
    as `ballot_paper`
    """
    return admitted_batch(box_row(connection, *code_call(code)))


def code_call(code: str) -> Asked:
    """The statement that looks a code up; nothing is used up.

    Raises
    ------
    Invalid : as `parse_code`
    """
    return _LOOKUP, (code_hash(parse_code(code)),)


def admitted_batch(row: Row | None) -> int:
    """The batch in what `code_call` was answered.

    Raises
    ------
    NotFound, Conflict : as `ballot_paper`
    """
    standing, batch_id = row or (None, None)
    if standing not in READY or batch_id is None:
        refuse(standing.decode() if standing else None)
    return int.from_bytes(batch_id)


def refuse(standing: str | None) -> NoReturn:
    """Say why a code does not admit a ballot now; None where nobody knows the code.

    Raises
    ------
    Conflict, NotFound : as `ballot_paper`
    """
    match standing:
        case "used":
            raise Conflict("code_used")
        case "void":
            raise Conflict("batch_void")
        case "annulled":
            raise Conflict("code_annulled")
        case "not_open":
            raise Conflict("campaign_not_open")
        case "closed":
            raise Conflict("campaign_closed")
        case _:
            raise NotFound("code_unknown")


def paper_of_batch(connection: Connection, *, batch_id: int) -> Paper:
    """Fetch the paper of a batch, from this process's memory where it was read before.

    Raises
    ------
    NotFound : ``code_unknown``, where there is no such batch or its campaign is a draft
    """
    drawer = _drawer_of(connection.engine)
    paper = drawer.get(batch_id)
    if paper is None:
        row = connection.execute(_PAPER, {"batch": batch_id}).mappings().one()
        if row["manifest"] is None:
            raise NotFound("code_unknown")
        paper = _paper(row, batch_id=batch_id)
        drawer.put(paper)
    return paper


def kept_paper(engine: Engine, *, batch_id: int) -> Paper | None:
    """The paper of a batch, if this process has read it before; asks no database."""
    return _drawer_of(engine).get(batch_id)


def _paper(row: RowMapping, *, batch_id: int) -> Paper:
    manifest = row["manifest"]
    units = manifest["units"]
    named = {**units, **manifest.get("members", {})}
    home = units.get(str(row["home_unit_id"]))
    group = manifest["groups"][str(row["group_id"])]
    return Paper(
        campaign_id=row["campaign_id"],
        batch_id=batch_id,
        group_id=row["group_id"],
        county=Words.model_validate(manifest["county"]),
        campaign=Words.model_validate(manifest["campaign"]["name"]),
        group=Words.model_validate(group["name"]),
        home=Words.model_validate(home["name"]) if home else None,
        targets=tuple(
            target_of(target_id, named[str(target_id)]) for target_id in row["target_ids"]
        ),
        content=QuestionnaireContent.model_validate(manifest["questionnaire"]),
        open_code=row["open_code"],
        n_issued=row["n_issued"],
        sample=bool(manifest["sample"]),
        keys=public_keyring(manifest["keys"]).sealing,
        keys_kept=manifest["keys_kept"],
        proof_of_work=row["open_code"] and group.get("proof_of_work", False),
        asks_age=group.get("asks_age", False),
    )


def target_of(target_id: int, said: JsonObject) -> Target:
    """A target as the manifest names it."""
    about = Words.model_validate(said["about"]) if "about" in said else None
    return Target(target_id, Words.model_validate(said["name"]), about)


class _Drawer:
    """The papers of one database this process has read, the least used ones thrown out."""

    def __init__(self) -> None:
        self._papers: OrderedDict[int, Paper] = OrderedDict()
        self._lock = Lock()

    def get(self, batch_id: int) -> Paper | None:
        with self._lock:
            paper = self._papers.get(batch_id)
            if paper is not None:
                self._papers.move_to_end(batch_id)
            return paper

    def put(self, paper: Paper) -> None:
        with self._lock:
            self._papers[paper.batch_id] = paper
            if len(self._papers) > MOST_PAPERS:
                self._papers.popitem(last=False)


# By engine: batch 7 of another database is another batch. A paper never changes once it can be
# read, so only the code's standing is asked anew each time.
_DRAWERS: WeakKeyDictionary[Engine, _Drawer] = WeakKeyDictionary()
_DRAWERS_LOCK = Lock()


def _drawer_of(engine: Engine) -> _Drawer:
    with _DRAWERS_LOCK:
        return _DRAWERS.setdefault(engine, _Drawer())
