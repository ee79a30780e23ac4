"""The rules of a period as a document to print and sign: all that the hash binds, in words."""

from typing import Any

from sqlalchemy.orm import Session

from surveys.models import Period
from surveys.scoring.period_scheme import scheme_of
from surveys.scoring.schemes import Scheme
from surveys.setup.cell_text import exact
from surveys.setup.draft import draft_of
from surveys.setup.manifest import manifest_hash, period_manifest
from surveys.setup.questionnaires import Option, QuestionnaireContent
from surveys.setup.stored import stored_workbook
from surveys.typesetting import typeset


def rules_document(
    session: Session, *, period_id: int, language: str, frozen_at: str = ""
) -> bytes:
    """The rules as PDF.

    Parameters
    ----------
    language : ``"zh"`` or ``"en"``: of names and headings
    frozen_at : the moment of the freeze, in the office's time zone; what is not frozen is a draft
    """
    period = session.get_one(Period, period_id)
    book = stored_workbook(session, period_id=period_id)
    frozen = period.manifest_hash
    digest = frozen or manifest_hash(period_manifest(session, period_id=period_id))
    data = {
        "language": language,
        "frozen_at": frozen_at if period.frozen_at else "",
        "units": {unit.code: _name(unit, "name", language) for unit in period.units},
        "digest": digest.hex(),
        "sample": period.sample,
        "starts_on": period.starts_on.isoformat(),
        "ends_on": period.ends_on.isoformat(),
        "period": _name(period, "name", language),
        "county": _name(period, "county", language),
        "components": _components(scheme_of(period), language),
        "draft": {name: rows for name, rows in draft_of(book).items() if name != "测评表"},
        "questionnaires": [_form(form, language) for form in book.questionnaires],
    }
    return typeset("surveys.setup", "rules.typ", data)


def _name(row: Any, what: str, language: str) -> str:
    return str(getattr(row, f"{what}_{language}"))


def _components(found: Scheme, language: str) -> dict[str, Any]:
    return {
        "name": getattr(found, language),
        "version": found.version,
        "rows": [
            [getattr(each, language), f"{exact(each.weight * 100)}%"] for each in found.components
        ],
    }


def _form(form: QuestionnaireContent, language: str) -> dict[str, Any]:
    return {
        "code": form.code,
        "title": form.title.in_language(language),
        "intro": _about_a_unit(form.intro.in_language(language), language),
        "options": [_option(option, language) for option in form.options],
        "items": [
            {
                "code": item.code,
                "text": _about_a_unit(item.text.in_language(language), language),
                "weight": exact(item.weight) if item.weight else "",
                "options": [_option(option, language) for option in item.options],
            }
            for item in form.items
        ],
    }


def _option(option: Option, language: str) -> str:
    label = option.label.in_language(language)
    return label if option.points is None else f"{label} ({exact(option.points)})"


def _about_a_unit(text: str, language: str) -> str:
    """The place of the unit's name, as one reads it."""
    return text.replace("{unit}", "（单位）" if language == "zh" else "[unit]")
