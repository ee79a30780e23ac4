"""The slip with the code that takes an annulled one's place."""

from sqlalchemy.orm import Session

from surveys.issuing.annul import Replacement
from surveys.issuing.sheets import SheetOrder, sheet_pdf


def replacement_slip(
    session: Session, *, replacement: Replacement, base_url: str, in_path: bool = False
) -> bytes:
    """The PDF of one slip, like those of its batch; it exists only now."""
    order = SheetOrder(base_url, (replacement.code,), in_path, cover=False)
    return sheet_pdf(session, batch=replacement.batch, order=order)
