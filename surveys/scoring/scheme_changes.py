"""What differs between two schemes, entry by entry, each named as a reader finds it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from surveys.scoring.schemes import Scheme

Plain: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """A step from the top of a scheme down to an entry: a part by its name, or a field.

    Parameters
    ----------
    field : the field's name: ``components``, ``weight``, or what stands there instead
    zh, en : names of the part, where it has any
    """

    field: str
    zh: str = ""
    en: str = ""


@dataclass(frozen=True)
class SchemeChange:
    """An entry that says something else.

    Parameters
    ----------
    path : from the top down; the last step is the field itself
    before, after : what it says, as JSON would; None where it does not stand there
    """

    path: tuple[Step, ...]
    before: Any
    after: Any

    @property
    def field(self) -> str:
        """The field itself."""
        return self.path[-1].field


def scheme_changes(before: Scheme, after: Scheme) -> tuple[SchemeChange, ...]:
    """All entries that differ, in the order of the later scheme, then what is gone."""
    return tuple(_of_tables(before.model_dump(mode="json"), after.model_dump(mode="json"), ()))


def _of_tables(before: Plain, after: Plain, at: tuple[Step, ...]) -> Iterator[SchemeChange]:
    for field in dict.fromkeys((*after, *before)):
        here = (*at, Step(field))
        yield from _of_values(before.get(field), after.get(field), here)


def _of_values(before: Any, after: Any, at: tuple[Step, ...]) -> Iterator[SchemeChange]:
    if before == after:
        return
    if _holds_parts(before) and _holds_parts(after):
        yield from _of_parts(before, after, at)
    elif isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_tables(before, after, at)
    else:
        yield SchemeChange(at, before, after)


def _of_parts(
    before: Sequence[Plain], after: Sequence[Plain], at: tuple[Step, ...]
) -> Iterator[SchemeChange]:
    """Parts are the same where their keys are; their order counts too."""
    old = {part["key"]: part for part in before}
    new = {part["key"]: part for part in after}
    for key, part in new.items():
        here = (*at, _named(part))
        if key in old:
            yield from _of_tables(old[key], part, here)
        else:
            yield SchemeChange(here, None, part)
    for key, part in old.items():
        if key not in new:
            yield SchemeChange((*at, _named(part)), part, None)
    kept_before = [key for key in old if key in new]
    kept_after = [key for key in new if key in old]
    if kept_before != kept_after:
        earlier = [_named(old[key]).zh for key in kept_before]
        later = [_named(new[key]).zh for key in kept_after]
        yield SchemeChange((*at, Step("order")), earlier, later)


def _named(part: Plain) -> Step:
    return Step(part["key"], part.get("zh", ""), part.get("en", ""))


def _holds_parts(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, Mapping) and "key" in each for each in value)
    )
