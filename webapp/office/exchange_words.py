"""Words for what is wrong in files of questionnaires: expected, and how to mend it."""

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _

from webapp.office.questionnaire_words import FAULTS

_DELETE: Final = _("Delete it, or rename it to one that is known.")
_SEE_DOCS: Final = _("Write it in the way the manual shows.")
_ROW: Final = _("Correct the row.")

FILE_PROBLEMS: Final[Mapping[str, tuple[Any, Any]]] = {
    "unknown_column": (_("A column that is known here, in a known language"), _DELETE),
    "unknown_sheet": (_("One of the sheets %(all)s"), _DELETE),
    "unknown_type": (
        _("One of the types %(all)s"),
        _("Choose another type; other ones would be lost without a word."),
    ),
    "unknown_list": (
        _("A list of the sheet choices: %(all)s"),
        _("Correct the name, or add the list."),
    ),
    "bad_condition": (_("A condition on an earlier item, such as C1=1、2 or C1≠3"), _SEE_DOCS),
    "bad_relevant": (_("A condition such as ${C1} = 'yes' on an earlier item"), _SEE_DOCS),
    "bad_constraint": (
        _("A limit such as string-length(.) <= 100 or . >= 1 and . <= 10"),
        _SEE_DOCS,
    ),
    "bad_parameters": (_("start=, end= and step=1"), _SEE_DOCS),
    "scale_missing": (
        _("Both ends of the scale"),
        _("Write start=0 end=10 under parameters, or . >= 0 and . <= 10 under constraint."),
    ),
    "group_not_ended": (_("end_group after the last item of “%(first)s”"), _("Add the row.")),
    "group_not_begun": (_("begin_group before it"), _("Add the row, or delete this one.")),
    "group_in_group": (
        _("end_group of “%(first)s” first"),
        _("Sections do not stand within one another: end one before the next."),
    ),
    "bad_value": (_("Another value: %(first)s"), _("Correct the value.")),
    "unknown_key": (_("A key that is known here"), _DELETE),
    **{code: (words, _ROW) for code, words in FAULTS.items()},
}
