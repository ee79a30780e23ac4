"""晾晒榜: figures compared among places, and the colours they earn."""

from collections.abc import Iterable

from surveys.scoring.colours import Colour, colours_by_place
from surveys.scoring.inputs import BoardIndicator
from surveys.scoring.lines import BoardLine
from surveys.scoring.ranking import competition_places
from surveys.scoring.scheme_parts import Colours


def board_line(component: str, indicator: BoardIndicator, rule: Colours) -> BoardLine:
    """Places from the top among the places with a figure; one without is grey, never red."""
    sign = -1 if indicator.lower_is_better else 1
    given = {
        place: (sign * figure,) for place, figure in indicator.values.items() if figure is not None
    }
    places = competition_places(given)
    grey = dict.fromkeys(indicator.values, Colour.GREY)
    return BoardLine(
        component=component,
        indicator=indicator.key,
        values=indicator.values,
        places=places,
        colours=grey | colours_by_place(places, rule),
        responsible=indicator.responsible,
    )


def of_unit(lines: Iterable[BoardLine], component: str, unit: str) -> list[BoardLine]:
    """The indicators of a component for which this unit is responsible."""
    return [line for line in lines if line.component == component and unit in line.responsible]
