"""What this process runs with; no secrets."""

from importlib.metadata import version

from flask import render_template
from flask_babel import gettext
from sqlalchemy import make_url

from surveys.models import Role
from webapp.access import role
from webapp.admin.blueprint import admin
from webapp.config import Config
from webapp.context import config


def shown_settings(config: Config) -> list[tuple[str, str, str]]:
    """Return (variable, meaning, value) of every setting that may be shown."""
    return [
        ("GONGPING_BASE_URL", gettext("Address for voters, printed in codes"), config.base_url),
        (
            "GONGPING_TRUSTED_HOSTS",
            gettext("Host names answered"),
            ", ".join(config.trusted_hosts),
        ),
        ("GONGPING_AUDIENCES", gettext("Pages served for"), ", ".join(config.audiences)),
        ("GONGPING_DATABASE_URL", gettext("Database"), _database(config.database_url)),
        ("GONGPING_DATA_DIR", gettext("Data directory"), str(config.data_dir)),
        ("GONGPING_PROXIES", gettext("Trusted proxies in front"), str(config.proxies)),
        ("GONGPING_TIMEZONE", gettext("Time zone"), config.timezone),
        ("GONGPING_LOGIN_HOURS", gettext("Longest log-in in hours"), str(config.login_hours)),
    ]


def _database(url: str | None) -> str:
    return make_url(url).render_as_string() if url else str(gettext("embedded PostgreSQL"))


@admin.get("/settings")
@role(Role.ADMIN, Role.AUDITOR)
def settings() -> str:
    """Show the settings."""
    return render_template(
        "admin/settings.html", settings=shown_settings(config()), version=version("gongping")
    )
