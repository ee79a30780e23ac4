"""Puts the web together: configuration, database and clock in, a WSGI application out."""

from collections.abc import Callable
from datetime import datetime

from flask import Flask, current_app
from jinja2 import StrictUndefined

from surveys.database.engine import Database
from webapp.access import account_name, enforce, holds, public, require_marks, signed_in
from webapp.assets import serve_assets
from webapp.audiences import blueprints
from webapp.config import Config
from webapp.context import EXTENSION, Context, now, system_clock
from webapp.errors import answer_errors
from webapp.languages import speak
from webapp.logs import keep_log, log_failure
from webapp.palettes import colour
from webapp.security import protect


class Application(Flask):
    """Flask, whose log of an exception does not quote what was sent."""

    def log_exception(self, exc_info: object) -> None:
        """Write where it happened."""
        if isinstance(exc_info, tuple) and isinstance(exc_info[1], BaseException):
            log_failure(exc_info[1])


def create_app(
    config: Config, *, database: Database, clock: Callable[[], datetime] = system_clock
) -> Flask:
    """Build the application for the audiences of `config`.

    Raises
    ------
    UnmarkedView : a view does not say who may come
    """
    app = Application("webapp")
    app.extensions[EXTENSION] = Context(config=config, database=database, clock=clock)
    app.config["BABEL_DEFAULT_TIMEZONE"] = config.timezone
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    keep_log(app)
    protect(app, config)
    speak(app)
    colour(app)
    serve_assets(app)
    answer_errors(app)
    app.before_request(enforce)
    app.jinja_env.globals.update(
        account_name=account_name, clock=now, holds=holds, served=_served, signed_in=signed_in
    )
    for blueprint in blueprints(config.audiences):
        app.register_blueprint(blueprint)
    public(app.view_functions["static"])
    require_marks(app)
    return app


def _served(endpoint: str) -> bool:
    """Whether this process has the page (for links between audiences, in templates)."""
    return endpoint in current_app.view_functions
