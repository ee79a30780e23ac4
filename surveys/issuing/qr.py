"""QR codes as vectors: one path of squares; version and mask are fixed, so that it is quick."""

from functools import cache

import qrcode
from qrcode.constants import ERROR_CORRECT_M
from qrcode.util import QRData

QUIET_ZONE = 4
# Any mask scans; choosing the "best" of eight takes seven eighths of the time.
MASK = 3


def qr_svg(payload: str) -> str:
    """An SVG of the payload, black on white with its quiet zone, at error correction M."""
    matrix = qr_matrix(payload)
    side = len(matrix) + 2 * QUIET_ZONE
    runs = "".join(
        f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z"
        for row, cells in enumerate(matrix)
        for column, length in dark_runs(cells)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{runs}"/></svg>'
    )


def qr_matrix(payload: str) -> list[list[bool]]:
    """The modules of a payload, True = dark."""
    code = qrcode.QRCode(
        version=version_for(len(payload), payload.upper() == payload),
        error_correction=ERROR_CORRECT_M,
        mask_pattern=MASK,
        border=0,
    )
    code.add_data(payload, optimize=8)
    code.make(fit=False)
    matrix: list[list[bool]] = code.get_matrix()
    return matrix


@cache
def version_for(length: int, upper_case: bool) -> int:
    """The smallest version that surely holds `length` characters."""
    probe = qrcode.QRCode(error_correction=ERROR_CORRECT_M, mask_pattern=MASK)
    # As bytes where lower case occurs, else a "#" between two alphanumeric runs at worst.
    if upper_case:
        half = length // 2
        probe.add_data(QRData("A" * half), optimize=0)
        probe.add_data(QRData("#"), optimize=0)
        probe.add_data(QRData("A" * (length - half - 1)), optimize=0)
    else:
        probe.add_data("a" * length, optimize=0)
    return int(probe.best_fit())


def dark_runs(cells: list[bool]) -> list[tuple[int, int]]:
    """(first column, length) of each run of dark modules in a row."""
    runs: list[tuple[int, int]] = []
    for column, dark in enumerate(cells):
        if dark and runs and sum(runs[-1]) == column:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((column, 1))
    return runs
