"""Questionnaires as JSON, and the one canonical spelling of which the hash is taken."""

import hashlib
import json
from typing import Any, Final

from pydantic import ValidationError

from surveys.errors import Invalid
from surveys.setup.problems import RowProblem
from surveys.setup.questionnaires import QuestionnaireContent

FORMAT: Final = "gongping-questionnaire"
VERSION: Final = 1
SHEET: Final = "JSON"


def as_document(content: QuestionnaireContent) -> dict[str, Any]:
    """A questionnaire as plain data, without what goes without saying."""
    return content.model_dump(mode="json", exclude_defaults=True)


def content_hash(content: QuestionnaireContent) -> bytes:
    """SHA-256 over the whole data as JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(
        content.model_dump(mode="json"), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(text.encode()).digest()


def write_json(content: QuestionnaireContent) -> bytes:
    """A file that `read_json` reads again."""
    document = {"format": FORMAT, "version": VERSION, "questionnaire": as_document(content)}
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def read_json(data: bytes) -> QuestionnaireContent:
    """Read a file.

    Raises
    ------
    Invalid : ``json_unreadable`` (line, column), ``not_a_questionnaire``, ``bad_rows`` (rows),
        whose columns name the way to the value: items/2/weight
    """
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid("json_unreadable", line=1, column=1) from None
    except json.JSONDecodeError as error:
        raise Invalid("json_unreadable", line=error.lineno, column=error.colno) from None
    except RecursionError:
        raise Invalid("not_a_questionnaire") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise Invalid("not_a_questionnaire")
    if document.get("version") != VERSION:
        raise Invalid("not_a_questionnaire")
    try:
        return QuestionnaireContent.model_validate(document.get("questionnaire"))
    except ValidationError as error:
        raise Invalid("bad_rows", rows=problems_of(error)) from None


def problems_of(error: ValidationError) -> tuple[RowProblem, ...]:
    """What the model refuses, each with the way to the value."""
    return tuple(
        RowProblem(
            sheet=SHEET,
            row=0,
            column="/".join(str(step) for step in each["loc"]),
            header="",
            code="unknown_key" if each["type"] == "extra_forbidden" else "bad_value",
            value=str(each["input"])[:80],
            expected=(each["msg"],),
        )
        for each in error.errors(include_url=False, include_context=False)
    )
