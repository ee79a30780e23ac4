"""What a command works on: the configured database, or the embedded one started for it."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import click

from surveys.database import embedded
from surveys.database.engine import Database
from surveys.database.migrating import is_current, upgrade
from webapp.commands.unstarted import runner_of, why_unstarted
from webapp.commands.words import gettext as _
from webapp.config import Config, ConfigError

BOX_ROLE = "gongping_box"


@dataclass(frozen=True)
class Installation:
    """A configuration whose database is there, and the way to it."""

    config: Config
    database: Database

    def environment(self) -> dict[str, str]:
        """What a child process needs to work on the same installation."""
        config = self.config
        return {
            "GONGPING_DATA_DIR": str(config.data_dir),
            "GONGPING_BASE_URL": config.base_url,
            "GONGPING_DATABASE_URL": config.database_url or "",
            "GONGPING_BOX_DATABASE_URL": config.box_database_url or "",
        }


def configuration() -> Config:
    """Read ``GONGPING_*``; exit status 2 with the reason when something is wrong."""
    try:
        return Config.from_environment(os.environ)
    except ConfigError as error:
        click.echo(str(error), err=True)
        raise SystemExit(2) from None


@contextmanager
def installed(config: Config, *, migrate: bool = True) -> Iterator[Installation]:
    """The installation of a configuration, with a database of the newest shape."""
    with addressed(config) as complete:
        if complete.database_url is None or complete.box_database_url is None:
            raise ConfigError("GONGPING_DATABASE_URL", "an address")
        database = Database(complete.database_url, box_url=complete.box_database_url)
        try:
            if migrate:
                upgrade(database.engine)
            elif not is_current(database.engine):
                click.echo(
                    _("The database schema is out of date: run “gongping db upgrade”."), err=True
                )
                raise SystemExit(2)
            yield Installation(complete, database)
        finally:
            database.dispose()


@contextmanager
def addressed(config: Config) -> Iterator[Config]:
    """The configuration with addresses: the given ones, or the embedded server's."""
    if config.database_url is not None:
        yield config
        return
    with ExitStack() as running:
        data_dir = config.data_dir / "postgresql"
        try:
            server = running.enter_context(embedded.running(data_dir))
            embedded.create_database(server, "gongping")
        except (embedded.ServerFailed, OSError) as error:
            click.echo(why_unstarted(data_dir, error, uid=runner_of(data_dir)), err=True)
            raise SystemExit(2) from None
        yield replace(config, database_url=server.url(), box_database_url=server.url(user=BOX_ROLE))
