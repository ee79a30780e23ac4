"""The public board's pages."""

from flask import Blueprint

board = Blueprint("board", __name__, url_prefix="/board")
