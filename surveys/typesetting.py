"""Documents for print: a template and its data become a PDF with its Chinese font embedded.

The font comes with a package (docs/adr/0006-typst-and-its-font.md), so that paper looks the same
on every machine, whatever fonts it has.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

FONT_PACKAGE = "mplfonts"
# In this order: a character that the first lacks is taken from the next.
FONTS = ("Noto Sans CJK SC", "Noto Serif CJK SC", "SimHei")
# Its Latin letters and digits are all half an em wide.
CODE_FONT = "Noto Sans Mono CJK SC"
FORMAT_12 = 12


@cache
def fonts() -> typst.Fonts:
    """The fonts of the package, and no others.

    Raises
    ------
    FileNotFoundError : the package is not installed
    """
    found = find_spec(FONT_PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError(FONT_PACKAGE)
    folder = Path(found.origin).parent / "fonts"
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)]
    )


def missing_glyphs(text: str) -> str:
    """Characters of a text that none of the fonts can draw, each once, in their order."""
    return "".join(
        letter
        for letter in dict.fromkeys(text)
        if not letter.isspace() and not any(ord(letter) in drawn for drawn in drawn_characters())
    )


@cache
def drawn_characters() -> tuple[frozenset[int], ...]:
    """For each font file of the package the code points that it draws."""
    return tuple(
        frozenset(code_points(Path(path).read_bytes()))
        for path in sorted({str(font.path) for font in fonts().fonts() if font.family in FONTS})
    )


def code_points(font: bytes) -> Iterator[int]:
    """Code points in the character map of an OpenType font.

    Reference: ISO/IEC 14496-22:2019, 5.2.1 (cmap, format 12).
    """
    n_tables = int.from_bytes(font[4:6])
    records = (font[12 + 16 * place :][:16] for place in range(n_tables))
    start = next(int.from_bytes(each[8:12]) for each in records if each[:4] == b"cmap")
    for place in range(int.from_bytes(font[start + 2 : start + 4])):
        part = start + int.from_bytes(font[start + 8 + 8 * place :][:4])
        if int.from_bytes(font[part : part + 2]) != FORMAT_12:
            continue
        for group in range(int.from_bytes(font[part + 12 : part + 16])):
            at = part + 16 + 12 * group
            first, last = int.from_bytes(font[at : at + 4]), int.from_bytes(font[at + 4 : at + 8])
            yield from range(first, last + 1)


def typeset(package: str, template: str, data: Mapping[str, Any]) -> bytes:
    """Typeset a document.

    Parameters
    ----------
    package, template : where the template lies: ``"surveys.issuing"``, ``"sheet.typ"``
    data : what it says, JSON; the template reads it from ``sys.inputs.data``

    Returns
    -------
    the PDF
    """
    source = files(package).joinpath(template).read_bytes()
    compiler = typst.Compiler(
        font_paths=fonts(), sys_inputs={"data": json.dumps(data, ensure_ascii=False)}
    )
    pdf = compiler.compile(source, format="pdf")
    if not isinstance(pdf, bytes):
        raise TypeError(f"{template}: not one document")
    return pdf
