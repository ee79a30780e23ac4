"""The addresses of the API."""

from flask import Blueprint

api = Blueprint("api", __name__, url_prefix="/api/v1")

# Published results change seldom; a minute spares the database when a county looks at once.
PUBLIC_FOR_A_MINUTE = "public, max-age=60"
