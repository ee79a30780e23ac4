"""A campaign of single-unit ballots in pieces: every unit's ballots lie in one of them.

What a test needs of the rest of the campaign are counts (ballots by context, ballots in all) and
the units' means; they go with every piece. So pieces are examined apart, one after the other or on
several machines, and say what the whole would say.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from stats.ballots import Ballots, Ints
from stats.checks.contexts import Context, contexts, crowds
from stats.checks.view import View, unit_of_ballot
from stats.findings import Finding
from stats.labels import distinct, first_places
from stats.work import Work

PIECE_ROWS = 1 << 17
"""Rows of a piece: what it sorts stays in a processor's cache; a larger unit stays whole."""


@dataclass(frozen=True, eq=False)
class Piece:
    """The ballots of some units.

    Parameters
    ----------
    view : their view; units keep their numbers, and sums and counts are the whole campaign's
    doors : contexts of these ballots, with counts of the whole campaign
    crowd : networks joined to crowds; None where networks were not recorded or there is none
    """

    view: View
    doors: tuple[Context, ...]
    crowd: Context | None

    @property
    def with_crowds(self) -> list[Context]:
        """The contexts and, where there is one, that of crowds."""
        return [*self.doors, *(() if self.crowd is None else (self.crowd,))]


@dataclass(frozen=True, eq=False)
class Pieces:
    """All pieces of a campaign, with whom they were placed.

    Parameters
    ----------
    view : the whole campaign
    kept : the pieces, wherever they are
    ballots : for every piece, which ballots of the campaign its own are
    doors : names of the contexts
    work : who works on them
    """

    view: View
    kept: Sequence[Any]
    ballots: tuple[Ints, ...]
    doors: tuple[str, ...]
    work: Work

    def apply(self, task: Callable[..., Any], *columns: Sequence[Any]) -> Sequence[Any]:
        """Run a task on every piece, with further arguments by piece; the results stay there."""
        return self.work.apply(task, self.kept, *columns)

    def fetch(self, task: Callable[..., Any], *columns: Sequence[Any]) -> list[Any]:
        """Run a task on every piece and bring the results here."""
        return self.work.fetch(self.apply(task, *columns))

    def alike(self, value: Any) -> list[Any]:
        """The same argument for every piece."""
        return [value] * len(self.kept)

    def findings(
        self, chosen: Sequence[int], task: Callable[..., list[Finding]], *columns: Sequence[Any]
    ) -> list[Finding]:
        """Findings of some pieces about the campaign's ballots."""
        here = [self.kept[k] for k in chosen]
        told = self.work.fetch(self.work.apply(task, here, *columns))
        return [
            replace(finding, ballots=self.ballots[k][finding.ballots])
            for k, found in zip(chosen, told, strict=True)
            for finding in found
        ]


def pieces_of(view: View, work: Work, *, rows: int = PIECE_ROWS) -> Pieces:
    """Cut a campaign into pieces of about ``rows`` rows and place them.

    Parameters
    ----------
    view : the campaign
    work : who will work on the pieces
    rows : rows of a piece; the findings do not depend on it where a ballot rates one unit
    """
    doors = tuple(contexts(view.ballots, view.rated))
    ballots = view.ballots
    per_unit = np.bincount(ballots.unit, minlength=ballots.n_units)
    of_unit = (np.cumsum(per_unit) - per_unit) // rows
    of_row = distinct(of_unit[ballots.unit])[1].astype(np.uint16)
    order = np.argsort(of_row, kind="stable")
    sizes = np.bincount(of_row)
    parts = np.split(order, np.cumsum(sizes)[:-1])
    made = [_piece(view, doors, part) for part in parts]
    return Pieces(
        view=view,
        kept=work.keep([piece for piece, _ in made]),
        ballots=tuple(index for _, index in made),
        doors=tuple(door.name for door in doors),
        work=work,
    )


def _piece(view: View, doors: tuple[Context, ...], rows: Ints) -> tuple[Piece, Ints]:
    whole = view.ballots
    index, ballot = distinct(whole.ballot[rows])
    kept = {f.name: getattr(whole, f.name) for f in fields(Ballots) if f.init}
    by_row = {"ballot": ballot, "unit": whole.unit[rows], "group": whole.group[rows]}
    by_ballot = {
        name: None if kept[name] is None else kept[name][index]
        for name in ("home", "batch", "bucket", "seconds", "network", "device")
    }
    answers = {"answers": whole.answers[rows]}
    part = replace(
        view,
        ballots=Ballots(**(kept | by_row | by_ballot | answers)),
        mark=view.mark[rows],
        code=view.code[rows],
        stratum=view.stratum[index],
    )
    here = tuple(_door(door, index) for door in doors)
    network = next((door for door in here if door.name == "network"), None)
    crowd = None if network is None else crowds(part.ballots, unit_of_ballot(part), network)
    return Piece(part, here, crowd), index


def _door(door: Context, ballots: Ints) -> Context:
    """The context of some ballots; its labels are numbered anew."""
    labels = door.labels[ballots]
    known = labels >= 0
    found, dense = distinct(labels[known])
    labels[known] = dense
    return replace(door, labels=labels, parts=door.parts[found], held=door.held[found])


def first_rows(piece: Piece) -> Ints:
    """A row of every ballot."""
    return first_places(piece.view.ballots.ballot, piece.view.ballots.n_ballots)
