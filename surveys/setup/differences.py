"""What differs between two drafts: rows added, changed, removed, and how many are left alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from surveys.setup.draft import TABLES, Cells, Draft, keyed

Key: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class ChangedRow:
    """A row that stays but says something else under these headers: before, after."""

    key: Key
    cells: Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Difference:
    """What differs in one table."""

    sheet: str
    added: tuple[Cells, ...]
    changed: tuple[ChangedRow, ...]
    removed: tuple[Cells, ...]
    n_left: int

    @property
    def n_added(self) -> int:
        """Rows that are only in the later draft."""
        return len(self.added)

    @property
    def n_changed(self) -> int:
        """Rows that stay and say something else."""
        return len(self.changed)

    @property
    def n_removed(self) -> int:
        """Rows that are only in the earlier draft."""
        return len(self.removed)

    @property
    def n(self) -> int:
        """Rows that differ."""
        return self.n_added + self.n_changed + self.n_removed


def differences(
    before: Mapping[str, Sequence[Cells]], after: Mapping[str, Sequence[Cells]]
) -> tuple[Difference, ...]:
    """What differs, table by table; tables that do not differ are left out."""
    found = (
        _difference(name, before.get(name, ()), after.get(name, ()))
        for name in TABLES
        if name in before or name in after
    )
    return tuple(each for each in found if each.n)


def _difference(name: str, before: Sequence[Cells], after: Sequence[Cells]) -> Difference:
    old, new = dict(keyed(name, before)), dict(keyed(name, after))
    changed = [
        ChangedRow(key, cells)
        for key in new
        if key in old and (cells := _changed_cells(old[key], new[key]))
    ]
    return Difference(
        sheet=name,
        added=tuple(cells for key, cells in new.items() if key not in old),
        changed=tuple(changed),
        removed=tuple(cells for key, cells in old.items() if key not in new),
        n_left=len(old.keys() & new.keys()) - len(changed),
    )


def _changed_cells(old: Cells, new: Cells) -> dict[str, tuple[str, str]]:
    return {
        header: (old.get(header, ""), said)
        for header, said in new.items()
        if old.get(header, "") != said
    }


def only(draft: Mapping[str, Sequence[Cells]], sheets: Sequence[str]) -> Draft:
    """Some tables of a draft."""
    return {name: [dict(cells) for cells in draft.get(name, ())] for name in sheets}
