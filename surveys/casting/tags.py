"""Coarse, keyed marks inside a ballot: enough to see a heap from one place, not to name it.

The key belongs to one campaign, lies outside the database and is destroyed at certification;
after that nobody can test whether an address made a tag.
"""

import hashlib
import hmac
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from surveys.casting.packing import NOT_RECORDED, TAG_BYTES

BUCKET_SECONDS = 600
LONGEST_SECONDS = 3600

_PREFIX_V4 = 24
_MASK_V4 = 0xFFFFFF00
# What a provider gives a site: a smaller one would let one flat look like many.
_PREFIX_V6 = 48


def network_of(address: str) -> str | None:
    """The network an address is counted under: /24, or /48 of IPv6; None if it is no address."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0].strip())
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is None:
            return str(IPv6Network((parsed, _PREFIX_V6), strict=False))
        parsed = parsed.ipv4_mapped
    # Not by ip_network, which costs a quarter of all that is done for a ballot's marks.
    return f"{IPv4Address(int(parsed) & _MASK_V4)}/{_PREFIX_V4}"


def network_tag(address: str, *, key: bytes) -> bytes:
    """Mark of the network: 8 bytes, zeros if the address is none."""
    return _network_tag(network_of(address), key)


def device_tag(address: str, *, agent: str, cookie: str, key: bytes) -> bytes:
    """Mark of the device: 8 bytes; zeros if it sends neither agent nor cookie.

    Parameters
    ----------
    address : the peer's; only its network counts
    agent : the browser's User-Agent
    cookie : random first-party value of this browser
    key : 32 bytes, the campaign's
    """
    return _device_tag(network_of(address), agent, cookie, key)


def both_tags(address: str, *, agent: str, cookie: str, key: bytes) -> tuple[bytes, bytes]:
    """Mark of the network and mark of the device; the address is read once."""
    network = network_of(address)
    return _network_tag(network, key), _device_tag(network, agent, cookie, key)


def _network_tag(network: str | None, key: bytes) -> bytes:
    return NOT_RECORDED if network is None else _tag(key, b"network", network.encode())


def _device_tag(network: str | None, agent: str, cookie: str, key: bytes) -> bytes:
    if not agent and not cookie:
        return NOT_RECORDED
    parts = (network or "", agent, cookie)
    framed = b"".join(len(part.encode()).to_bytes(4) + part.encode() for part in parts)
    return _tag(key, b"device", framed)


def _tag(key: bytes, purpose: bytes, message: bytes) -> bytes:
    return hmac.digest(key, purpose + b"|" + message, hashlib.sha256)[:TAG_BYTES]


def time_bucket(moment: datetime) -> int:
    """Ten-minute bucket since 1970 in UTC of an aware instant; a whole bucket is one number."""
    # A minute would let somebody match ballots to the queue in the hall.
    return int(moment.timestamp()) // BUCKET_SECONDS


def coarse_seconds(duration: float) -> int:
    """Seconds taken, 1..3600: an hour and more are one value, so that no outlier is somebody."""
    return min(max(round(duration), 1), LONGEST_SECONDS)
