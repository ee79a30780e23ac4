"""The command line: `gongping COMMAND`, one module for each noun of work."""

from importlib import import_module
from importlib.metadata import version

import click

COMMANDS = {
    "account": "webapp.commands.accounts:account",
    "bench": "webapp.commands.benching:bench",
    "box": "webapp.commands.opening:box",
    "db": "webapp.commands.storing:db",
    "demo": "webapp.commands.demo.command:demo",
    "examine": "webapp.commands.examining:examine",
    "indices": "webapp.commands.indices:indices",
    "keys": "webapp.commands.keys:keys",
    "score": "webapp.commands.scoring:score",
    "serve": "webapp.commands.serving:serve",
    "simulate": "webapp.commands.simulating:simulate",
    "verify": "webapp.commands.verifying:verify",
    "worker": "webapp.commands.working:worker",
}


class LateGroup(click.Group):
    """Imports a command only when it is called or listed: `--help` of one stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Names of all commands."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the command called."""
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command


@click.group(cls=LateGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("gongping"))
def gongping() -> None:
    """Evaluations of public bodies: issued as QR codes, checked statistically, scored exactly."""
