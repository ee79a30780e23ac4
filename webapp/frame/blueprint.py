"""The frame's views."""

from flask import Blueprint

frame = Blueprint("frame", __name__)
