"""What a server's worker serves, built from the environment alone."""

import os
import sys

from surveys.database.engine import Database
from webapp.application import create_app
from webapp.config import Config, ConfigError
from webapp.logs import log_to_stderr
from webapp.parent_process import end_with_server
from webapp.reception import Reception

SWITCH_S = 0.001


def application() -> Reception:
    """Build the application of this worker.

    Raises
    ------
    ConfigError : no address of a database: the embedded one is started by ``gongping serve``
    """
    end_with_server()
    # The event loop waits no longer than this for a thread that reckons.
    sys.setswitchinterval(SWITCH_S)
    config = Config.from_environment(os.environ)
    if config.database_url is None or config.box_database_url is None:
        raise ConfigError("GONGPING_DATABASE_URL", "an address, or a start by “gongping serve”")
    log_to_stderr()
    database = Database(config.database_url, box_url=config.box_database_url)
    return Reception(create_app(config, database=database))
