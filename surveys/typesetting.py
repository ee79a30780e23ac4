"""Documents for print: a template and its data become a PDF with its Chinese font embedded.

The font comes with a package (docs/adr/0006-typst-and-its-font.md), so that paper looks the same
on every machine, whatever fonts it has.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import typst

FONT_PACKAGE = "mplfonts"


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
