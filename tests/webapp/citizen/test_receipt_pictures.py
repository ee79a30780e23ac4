"""The receipt's QR code, against the library and a reader."""

import io
from base64 import b64decode
from random import Random

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray
from PIL import Image
from qrcode.constants import ERROR_CORRECT_L
from qrcode.main import QRCode
from qrcode.util import MODE_ALPHA_NUM, QRData

from webapp.citizen.receipt_pictures import LONGEST, MASK, QUIET, VERSION, receipt_picture

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:"


def drawn(payload: str) -> Image.Image:
    """The picture a browser would show."""
    head, data = receipt_picture(payload).split(",")
    assert head == "data:image/png;base64"
    return Image.open(io.BytesIO(b64decode(data)))


def dark(picture: Image.Image) -> NDArray[np.bool_]:
    """Its dark points."""
    return ~np.array(picture, dtype=bool)


@pytest.mark.parametrize("length", [1, 2, 163, 164, 172, LONGEST - 1, LONGEST])
def test_the_picture_equals_the_librarys(length: int) -> None:
    payload = "".join(Random(length).choices(ALPHABET, k=length))
    code = QRCode(version=VERSION, mask_pattern=MASK, error_correction=ERROR_CORRECT_L)
    code.border = QUIET
    code.add_data(QRData(payload, mode=MODE_ALPHA_NUM))
    assert np.array_equal(dark(drawn(payload)), np.array(code.get_matrix(), dtype=bool))


def test_a_reader_finds_the_receipt_in_it() -> None:
    payload = "GPR1:7:" + "A1" * 26 + ":" + "Z" * 103
    large = drawn(payload).convert("L").resize((245, 245))
    (found,) = zxingcpp.read_barcodes(np.array(large))
    assert found.text == payload


def test_a_longer_text_is_refused() -> None:
    with pytest.raises(ValueError, match="payload"):
        receipt_picture("A" * (LONGEST + 1))
