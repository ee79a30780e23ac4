"""Symbols drawn by the table are the library's own, module by module."""

import re
from random import Random

import numpy as np
import pytest

from surveys.issuing.codes import CODE_LENGTH, new_codes
from surveys.issuing.qr import qr_matrix
from surveys.issuing.qr_table import QrTable
from surveys.issuing.sheets import payload

# A run of eight digits the library writes in another mode: that symbol reads the same.
DIGITS = re.compile("[0-9]{8}")
ADDRESSES = (
    ("https://ping.example", False),
    ("http://127.0.0.1:8000", False),
    ("https://ping.example", True),
    ("https://pings.example", True),
)


@pytest.mark.parametrize(("base_url", "in_path"), ADDRESSES)
def test_the_table_draws_what_the_library_draws(base_url: str, in_path: bool) -> None:
    rng = Random(7)
    codes = [code for code in new_codes(20, random_bytes=rng.randbytes) if not DIGITS.search(code)]
    table = QrTable(payload(base_url, "", in_path=in_path), length=CODE_LENGTH)
    expected = [
        np.packbits(np.array(qr_matrix(payload(base_url, code, in_path=in_path))), axis=1)
        for code in codes
    ]
    assert (table.symbols(codes) == np.stack(expected)).all()
