"""How fast codes go on paper: one batch of slips as a PDF."""

import time
from dataclasses import dataclass

from sqlalchemy.orm import Session

from benchmarks.servers import bench_server
from surveys.issuing.sheets import SheetOrder, sheet_pdf
from surveys.models import Batch

BASE_URL = "https://ping.example"


@dataclass(frozen=True)
class SheetFigures:
    """Codes printed a second, and what came out."""

    codes: int
    codes_per_s: float
    seconds: float
    pdf_bytes: int


def measure_sheets(n: int) -> SheetFigures:
    """Print `n` slips of one batch."""
    with bench_server({}) as bench:
        codes = bench.campaign.codes(n)
        with Session(bench.campaign.database.engine) as session:
            batch = session.get_one(Batch, bench.campaign.batch_id)
            began = time.perf_counter()
            pdf = sheet_pdf(session, batch=batch, order=SheetOrder(BASE_URL, codes))
            seconds = time.perf_counter() - began
    return SheetFigures(n, round(n / seconds, 1), round(seconds, 2), len(pdf))
