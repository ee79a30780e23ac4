"""A key on paper: lines of 28 characters, two of them checks, to be typed in again by hand."""

from surveys.errors import Invalid
from surveys.issuing import crockford
from surveys.opening.key_kinds import Key, PublicPart, secret_bytes

_PER_LINE = 26


def paper_lines(key: Key) -> list[str]:
    """Spell the secret: 2 lines (6 for suite 2) of seven groups of four characters.

    No passphrase protects it: the paper belongs in a sealed envelope in a safe.
    """
    n_lines = _lines_for(len(key.secret))
    spare = n_lines * _PER_LINE * 5 - len(key.secret) * 8
    values = crockford.split_bits(int.from_bytes(key.secret) << spare, n_lines * _PER_LINE)
    return [
        crockford.grouped(
            crockford.text_of(crockford.with_checks(values[start : start + _PER_LINE]))
        )
        for start in range(0, len(values), _PER_LINE)
    ]


def paper_copy(key: Key) -> str:
    """Write the sheet to print: what the key is, its fingerprint, numbered lines."""
    head = (
        "GONGPING 公评",
        f"{key.role.value} · campaign {key.campaign} · suite {key.suite}",
        f"fingerprint {key.fingerprint}",
    )
    numbered = (f"{n}   {line}" for n, line in enumerate(paper_lines(key), start=1))
    return "\n".join((*head, "", *numbered)) + "\n"


def key_from_paper(lines: list[str], *, part: PublicPart) -> Key:
    """Read typed lines back.

    Parameters
    ----------
    lines : as printed, without the line numbers; case, spaces and hyphens do not matter
    part : the key's public part, which the campaign keeps

    Raises
    ------
    Invalid
        ``paper_line_wrong`` (line, position or None), ``paper_lines_missing`` (n, expected),
        ``code_bad_character`` (character, position), ``wrong_key`` (expected, got)
    """
    length = secret_bytes(part.role, part.suite or 1)
    if len(lines) != _lines_for(length):
        raise Invalid("paper_lines_missing", n=len(lines), expected=_lines_for(length))
    values = [
        value for n, line in enumerate(lines, start=1) for value in _line_values(line, number=n)
    ]
    number = crockford.join_bits(values)
    spare = len(values) * 5 - length * 8
    key = Key(part.role, part.campaign, part.suite, (number >> spare).to_bytes(length))
    if key.public_part != part:
        raise Invalid("wrong_key", expected=part.fingerprint, got=key.fingerprint)
    return key


def n_paper_lines(part: PublicPart) -> int:
    """How many lines the paper copy of a key has."""
    return _lines_for(secret_bytes(part.role, part.suite or 1))


def _lines_for(n_bytes: int) -> int:
    return -(-n_bytes * 8 // (5 * _PER_LINE))


def _line_values(line: str, *, number: int) -> list[int]:
    values = crockford.values_of(line)
    if len(values) != _PER_LINE + crockford.N_CHECKS:
        raise Invalid("paper_line_wrong", line=number, position=None)
    if not crockford.fits(values):
        place = crockford.wrong_place(values)
        raise Invalid(
            "paper_line_wrong", line=number, position=None if place is None else place + 1
        )
    return values[:_PER_LINE]
