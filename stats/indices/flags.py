"""The cut-offs that the literature uses, and who lies beyond them.

They are conventions, not error rates: on honest marks with many at the top, each of them flags
between 1 and 30 per cent. A flag is a reason to look, never to leave a ballot out.
"""

from dataclasses import dataclass

import numpy as np

from stats.indices.answers import Flags
from stats.indices.battery import Indices


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """Usual cut-offs.

    Attributes
    ----------
    longstring_share : a run longer than this share of the items
    irv : a standard deviation at or below this
    mahalanobis_p : a tail probability below this
    evenodd, psychant, guttman_normed : above
    psychsyn, person_total, lzpoly : below
    """

    longstring_share: float = 0.5
    irv: float = 0.0
    mahalanobis_p: float = 0.001
    evenodd: float = -0.30
    psychsyn: float = 0.22
    psychant: float = -0.03
    person_total: float = 0.0
    guttman_normed: float = 0.5
    lzpoly: float = -1.96


USUAL = Cutoffs()


def flags(found: Indices, *, n_items: int, cutoffs: Cutoffs = USUAL) -> dict[str, Flags]:
    """Which respondents lie beyond each cut-off: arrays of shape (n_respondents,) by index.

    Parameters
    ----------
    found : indices of all respondents; an undefined one raises no flag
    n_items : number of items, for the longstring
    cutoffs : limits

    References
    ----------
    Curran, P. G. (2016). Methods for the detection of carelessly invalid responses in survey data.
    Journal of Experimental Social Psychology 66, 4-19. https://doi.org/10.1016/j.jesp.2015.07.006
    """
    with np.errstate(invalid="ignore"):
        return {
            "longstring": found.longstring > cutoffs.longstring_share * n_items,
            "irv": found.irv <= cutoffs.irv,
            "mahalanobis": found.mahalanobis_p < cutoffs.mahalanobis_p,
            "evenodd": found.evenodd > cutoffs.evenodd,
            "psychsyn": found.psychsyn < cutoffs.psychsyn,
            "psychant": found.psychant > cutoffs.psychant,
            "person_total": found.person_total < cutoffs.person_total,
            "guttman_normed": found.guttman_normed > cutoffs.guttman_normed,
            "lzpoly": found.lzpoly < cutoffs.lzpoly,
        }
