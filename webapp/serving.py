"""The application as a server's worker builds it, from the environment alone."""

import os

from flask import Flask

from surveys.database.engine import Database
from webapp.application import create_app
from webapp.config import Config, ConfigError
from webapp.logs import log_to_stderr
from webapp.parent_process import end_with_server


def application() -> Flask:
    """Build the application of this worker.

    Raises
    ------
    ConfigError : no address of a database: the embedded one is started by ``gongping serve``
    """
    end_with_server()
    config = Config.from_environment(os.environ)
    if config.database_url is None or config.box_database_url is None:
        raise ConfigError("GONGPING_DATABASE_URL", "an address, or a start by “gongping serve”")
    log_to_stderr()
    database = Database(config.database_url, box_url=config.box_database_url)
    return create_app(config, database=database)
