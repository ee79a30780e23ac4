"""The citizen's pages."""

from flask import Blueprint

citizen = Blueprint("citizen", __name__)
