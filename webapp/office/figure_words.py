"""How a measured figure became points, in words and signs that can be followed by hand."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from surveys.scoring.raw_figures import RawFigure
from webapp.languages import name_of

FULL_MARKS: Final = Decimal(100)

CONVERSIONS: Final[Mapping[str, Any]] = {
    "ratio": _("in proportion to the target"),
    "best_ratio": _("in proportion to the best of the category"),
    "range": _("on the range of the category"),
    "five_tier": _("by five tiers of the target"),
    "five_tier_linear": _("by five tiers of the target, straight lines between them"),
    "rank_points": _("by the place in the category"),
    "rate_bracket": _("by brackets of the share of votes"),
    "step": _("so many points for each unit above or below"),
    "deduct": _("full marks less so many points each time"),
    "zscore": _("as a standard score in the category"),
    "share_change": _("by the change of its share of the whole"),
    "avg_growth": _("by its average growth against the others"),
}


def figure_words(figure: RawFigure) -> str:
    """A figure with its conversion: ``45 ÷ 50 × 100, in proportion to the target``."""
    value, target = written(figure.value), figure.target
    if not figure.conversion or (figure.conversion == "ratio" and target == FULL_MARKS):
        return str(gettext("%(value)s points as entered", value=value))
    shown = value
    if target is not None and figure.conversion == "ratio":
        pair = (value, written(target))
        first, second = reversed(pair) if figure.parameters.get("lower_is_better") else pair
        shown = f"{first} ÷ {second} × 100"
    elif target is not None:
        shown = gettext("%(value)s of %(target)s", value=value, target=written(target))
    method = conversion_words(figure.conversion)
    return str(gettext("%(figure)s, %(method)s", figure=shown, method=method))


def conversion_words(conversion: str) -> str:
    """The words of a conversion, or of several whose mean counts."""
    words = [str(CONVERSIONS.get(each, each)) for each in conversion.split("+")]
    return str(gettext(" and ")).join(words)


def figure_name(figure: RawFigure) -> str:
    """The indicator's name in the page's language."""
    return name_of(dict(figure.name))


def written(number: Decimal) -> str:
    """Without idle zeros: 45, 0.5."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
