"""Slow down who guesses codes, and who fills a poster's box without proof of work.

Only these are counted: a good code of one's own never comes here. Kept in the memory of each
process: writing every failure to the database would let a guesser write, and addresses are what it
shall not hold. Why so: docs/adr/0008-failures-throttled.md.
"""

from collections import OrderedDict
from dataclasses import dataclass
from ipaddress import IPv6Address, IPv6Network, ip_address
from threading import Lock

MOST_NETWORKS = 10_000
# What a provider gives one household.
_PREFIX_V6 = 56


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many at once and how many more each second: of one network, and of all together."""

    burst: float
    per_second: float
    burst_of_all: float
    per_second_of_all: float


WRONG_CODES = Allowance(burst=30, per_second=1, burst_of_all=300, per_second_of_all=10)
# A browser without a script cannot prove work; a program that says so gains little by it.
WITHOUT_PROOF = Allowance(burst=5, per_second=1 / 20, burst_of_all=100, per_second_of_all=2)


@dataclass(slots=True)
class Bucket:
    """A token bucket: `burst` at once, then `per_second`.

    Parameters
    ----------
    tokens : what is left, as of the moment `at` (seconds of any steady clock)
    """

    burst: float
    per_second: float
    tokens: float
    at: float

    def take(self, now: float, n: int = 1) -> float:
        """Take tokens; return the seconds until there are so many, 0 if there were."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.per_second)
        self.at = now
        if self.tokens < n:
            return (n - self.tokens) / self.per_second
        self.tokens -= n
        return 0.0


class Throttle:
    """Counts by network and over all networks."""

    def __init__(self, allowance: Allowance, *, now: float) -> None:
        self.allowance = allowance
        most = allowance.burst_of_all
        self._all = Bucket(most, allowance.per_second_of_all, most, now)
        self._networks: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = Lock()

    def take(self, address: str, *, now: float, n: int = 1) -> float:
        """Count one; return the seconds to wait, 0 where it may be answered in full.

        Parameters
        ----------
        address : the peer's; one that cannot be read shares a bucket with its like
        now : seconds of the steady clock
        n : 0 where nothing is to be counted, though it shall take the same time
        """
        with self._lock:
            own = self._bucket(prefix_of(address), now).take(now, n)
            # Who is slowed down already takes no token from all the others.
            return own or self._all.take(now, n)

    def _bucket(self, network: str, now: float) -> Bucket:
        bucket = self._networks.get(network)
        if bucket is None:
            most = self.allowance.burst
            bucket = Bucket(most, self.allowance.per_second, most, now)
            self._networks[network] = bucket
            if len(self._networks) > MOST_NETWORKS:
                self._networks.popitem(last=False)
        self._networks.move_to_end(network)
        return bucket


def prefix_of(address: str) -> str:
    """The network a failure is counted under: the address itself, or the /56 of IPv6."""
    try:
        parsed = ip_address(address.partition("%")[0].strip())
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Network((parsed, _PREFIX_V6), strict=False))
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)
