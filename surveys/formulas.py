"""What a spreadsheet program takes for a formula, and how our files keep it text."""

from typing import Final

FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r", "\0")


def harmless(text: str) -> str:
    """Text that starts like a formula gets an apostrophe in front."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text


def unquoted(cell: str) -> str:
    """Without the apostrophe that `harmless` puts before what would else be a formula."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_SIGNS) else cell
