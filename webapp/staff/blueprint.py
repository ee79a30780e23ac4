"""The pages of a unit's own people."""

from flask import Blueprint

staff = Blueprint("staff", __name__, url_prefix="/staff")
