"""Both layers of a pile of envelopes, opened at once: what `unsealing` does one by one."""

from collections.abc import Sequence
from typing import Any

from surveys.opening.unsealing import StampedBody, open_layer_a, open_layer_b


def layer_a_off(envelopes: Sequence[bytes], **more: Any) -> list[bytes]:
    """Officer A's part."""
    return list(open_layer_a(envelopes, **more))


def layer_b_off(layers: Sequence[bytes], **more: Any) -> list[StampedBody]:
    """Officer B's part."""
    return list(open_layer_b(layers, **more))
