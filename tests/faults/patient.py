"""What a server's worker serves, but without the throttle that holds up wrong codes."""

from time import monotonic

from surveys.casting.throttling import WRONG_CODES, Allowance, Throttle
from webapp import serving
from webapp.reception import Reception

ENDLESS = Allowance(1e9, 1e9, 1e9, 1e9)


def application() -> Reception:
    """As `webapp.serving.application`."""
    reception = serving.application()
    throttles = {WRONG_CODES: Throttle(ENDLESS, now=monotonic())}
    reception.app.extensions["gongping_throttles"] = throttles
    return reception
