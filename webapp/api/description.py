"""The description of the API in OpenAPI 3.1, built by hand; a test holds it against the routes."""

from typing import Any, Final

from flask import Response, jsonify

from webapp.access import public
from webapp.api.blueprint import PUBLIC_FOR_A_MINUTE, api
from webapp.context import config

JsonSchema = dict[str, Any]

TEXT: Final[JsonSchema] = {"type": "string"}
NUMBER: Final[JsonSchema] = {"type": "number"}
POINTS: Final[JsonSchema] = {"type": "string", "pattern": r"^-?\d+\.\d{4}$"}
EXACT: Final[JsonSchema] = {"type": "string", "pattern": r"^-?\d+\.\d{4,}$"}


def _nullable(schema: JsonSchema) -> JsonSchema:
    return {"anyOf": [schema, {"type": "null"}]}


def _list_of(schema: JsonSchema) -> JsonSchema:
    return {"type": "array", "items": schema}


def _object(**properties: JsonSchema) -> JsonSchema:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _ref(name: str) -> JsonSchema:
    return {"$ref": f"#/components/schemas/{name}"}


RANGE: Final = _nullable({"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2})
NAME: Final = _object(zh=TEXT, en=TEXT)
SCHEMAS: Final[dict[str, JsonSchema]] = {
    "Error": _object(
        error={**TEXT, "description": "A stable code, such as no_board"}, title=TEXT, what=TEXT
    ),
    "Period": _object(
        code=TEXT,
        name=NAME,
        county=NAME,
        starts_on={**TEXT, "format": "date"},
        ends_on={**TEXT, "format": "date"},
        sample={"type": "boolean"},
    ),
    "Component": _object(
        component=TEXT,
        name=NAME,
        points=_nullable(POINTS),
        weight=POINTS,
        weighted=_nullable(EXACT),
    ),
    "Unit": _object(
        unit=_object(code=TEXT, name=NAME),
        place=_nullable({"type": "integer"}),
        place_range=RANGE,
        total=_nullable(POINTS),
        total_range=RANGE,
        components=_list_of(_ref("Component")),
        bonus=POINTS,
        deduction=POINTS,
        grade=_nullable(TEXT),
        colour=_nullable({**TEXT, "enum": ["green", "yellow", "red", "grey"]}),
    ),
    "Receipt": _object(
        verdict={
            **TEXT,
            "enum": ["found", "not_found", "not_closed", "annulled", "missing", "forged"],
            "description": (
                "annulled: taken out of the count by two persons, while the box was open; "
                "missing: signed for a closed box, but not in its list"
            ),
        },
        receipt=TEXT,
        leaf=_nullable(TEXT),
        campaign=_nullable({"type": "object"}),
    ),
    "Proof": _object(
        format={"type": "integer"},
        tree=TEXT,
        receipt=TEXT,
        leaf=TEXT,
        index={"type": "integer"},
        size={"type": "integer"},
        proof=_list_of(TEXT),
        root=TEXT,
    ),
    "Board": _object(
        period=_ref("Period"),
        published_at={**TEXT, "format": "date-time"},
        categories=_list_of(
            _object(code=TEXT, name=NAME, seats={"type": "object"}, units=_list_of(_ref("Unit")))
        ),
    ),
}


def _answer(description: str, schema: JsonSchema) -> JsonSchema:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _get(operation: str, summary: str, answer: JsonSchema, *parameters: JsonSchema) -> JsonSchema:
    operations: JsonSchema = {
        "operationId": operation,
        "summary": summary,
        "responses": {"200": answer},
    }
    if parameters:
        operations["parameters"] = list(parameters)
        operations["responses"]["404"] = _answer("There is none", _ref("Error"))
    return {"get": operations}


def _path(name: str, description: str) -> JsonSchema:
    return {
        "name": name,
        "in": "path",
        "required": True,
        "description": description,
        "schema": TEXT,
    }


NUMBER_IN_PATH: Final = _path("number", "The 16 characters of the receipt, or its whole text")
PATHS: Final[dict[str, JsonSchema]] = {
    "/openapi.json": _get("openapi", "This description", _answer("OpenAPI", {"type": "object"})),
    "/board": _get(
        "boards",
        "The published periods, the latest first",
        _answer("Periods", _object(periods=_list_of(_ref("Period")))),
    ),
    "/board/{period_code}": _get(
        "board_of_period",
        "Places, totals, grades and colours of a published period",
        _answer("The board", _ref("Board")),
        _path("period_code", "The period's code, such as 2025"),
    ),
    "/receipts/{number}": _get(
        "receipt",
        "Whether a receipt is in the list of a closed box",
        _answer("What the lists say", _ref("Receipt")),
        NUMBER_IN_PATH,
    ),
    "/receipts/{number}/proof": _get(
        "receipt_proof",
        "The proof of inclusion by RFC 9162, to be checked offline",
        _answer("The proof", _ref("Proof")),
        NUMBER_IN_PATH,
    ),
}


def description(base_url: str) -> dict[str, Any]:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gongping",
            "version": "1",
            "description": "What everybody may know: published results and receipts.",
        },
        "servers": [{"url": f"{base_url}/api/v1"}],
        "paths": PATHS,
        "components": {"schemas": SCHEMAS},
    }


@api.get("/openapi.json")
@public
def openapi() -> Response:
    """Return the description."""
    response = jsonify(description(config().base_url))
    response.headers["Cache-Control"] = PUBLIC_FOR_A_MINUTE
    return response
