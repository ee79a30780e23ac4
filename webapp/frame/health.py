"""For the machine that watches us: is the process alive, can it serve?"""

from flask import Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from surveys.database.migrating import is_current
from webapp.access import public
from webapp.context import database
from webapp.frame.blueprint import frame


@frame.get("/healthz")
@public
def healthz() -> Response:
    """Answer while the process lives."""
    return jsonify(status="alive")


@frame.get("/readyz")
@public
def readyz() -> tuple[Response, int]:
    """Answer 200 when the database can be reached and has the newest shape, else 503."""
    try:
        current = is_current(database().engine)
    except SQLAlchemyError:
        return jsonify(status="database unreachable"), 503
    if not current:
        return jsonify(status="database needs migration"), 503
    return jsonify(status="ready"), 200
