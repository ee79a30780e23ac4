"""A receipt as a QR code, drawn as one SVG path."""

from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_L
from qrcode.util import MODE_ALPHA_NUM, QRData

VERSION = 6
MASK = 3
QUIET = 4


def receipt_picture(payload: str) -> str:
    """Draw a QR code.

    Parameters
    ----------
    payload : at most 195 capitals, digits and colons

    Returns
    -------
    an ``<svg>`` element; one module is one unit, with a quiet zone of four
    """
    code = QRCode(
        version=VERSION, mask_pattern=MASK, error_correction=ERROR_CORRECT_L, border=QUIET
    )
    code.add_data(QRData(payload, mode=MODE_ALPHA_NUM))
    matrix = code.get_matrix()
    runs = "".join(
        f"M{start} {row}h{length}v1h-{length}z"
        for row, line in enumerate(matrix)
        for start, length in _runs(line)
    )
    side = len(matrix)
    return (
        f'<svg class="picture" viewBox="0 0 {side} {side}" aria-hidden="true" '
        f'shape-rendering="crispEdges"><path d="{runs}"/></svg>'
    )


def _runs(line: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place, dark in enumerate(line):
        if not dark:
            continue
        if runs and sum(runs[-1]) == place:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((place, 1))
    return runs
