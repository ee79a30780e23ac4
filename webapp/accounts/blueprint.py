"""The pages of accounts."""

from flask import Blueprint

accounts = Blueprint("accounts", __name__, url_prefix="/account")
