"""Writes a scheme as a file that is read again as the same scheme."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from surveys.scoring.schemes import Scheme


def as_toml(scheme: Scheme) -> str:
    """The scheme as TOML: `surveys.scoring.schemes.scheme_from_toml` reads it as it was."""
    table = scheme.model_dump(mode="json", exclude_defaults=True, exclude_none=True)
    return "\n".join(_lines(table, "")).strip() + "\n"


def _lines(table: Mapping[str, Any], name: str) -> Iterator[str]:
    """Plain entries come before the tables: TOML knows no way back out of a table."""
    inner = {key: value for key, value in table.items() if _is_table(value)}
    for key, value in table.items():
        if key not in inner:
            yield f"{_key(key)} = {_value(value)}"
    for key, value in inner.items():
        path = f"{name}.{_key(key)}" if name else _key(key)
        rows = value if isinstance(value, list) else [value]
        opened = f"[[{path}]]" if isinstance(value, list) else f"[{path}]"
        for row in rows:
            yield f"\n{opened}"
            yield from _lines(row, path)


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping) or (
        isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)
    )


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("_", "").isalnum() else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_value(each) for each in value)}]"
    # A string of JSON is one of TOML, numbers and truth values as well.
    return json.dumps(value, ensure_ascii=False)
