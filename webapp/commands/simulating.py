"""`gongping simulate`: a campaign with known truth, to try checks on."""

import sys
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from stats.simulator.assumptions import NAMES, assumed
from stats.simulator.attacks import KINDS, STRENGTHS
from stats.simulator.campaign import simulate as simulated
from stats.simulator.profiles import PROFILES
from surveys.errors import DomainError
from surveys.examining.campaign_files import write_campaign
from webapp.commands.file_problems import problem_of

EXAMPLE = """\b
Examples:
  gongping simulate --profile public2k --attack stuff:strong --seed 7 --out campaign/
  gongping simulate --profile matrix200 --assume severity=1.2 --assume home_view=0.3 --out campaign/
"""


@click.command("simulate", epilog=EXAMPLE)
@click.option("--profile", type=click.Choice(list(PROFILES)), required=True)
@click.option(
    "--attack",
    "attacks",
    multiple=True,
    metavar="KIND:STRENGTH",
    help=f"One of {', '.join(KINDS)}; {', '.join(STRENGTHS)}. May be given several times.",
)
@click.option(
    "--assume",
    "assumptions",
    multiple=True,
    metavar="NAME=VALUE",
    help=f"Other voters than the usual ones. May be given several times: {', '.join(NAMES)}.",
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
@click.option("--parquet", is_flag=True, help="Write ballots.parquet in place of ballots.csv.")
def simulate(
    profile: str,
    attacks: tuple[str, ...],
    assumptions: tuple[str, ...],
    seed: int,
    out: Path,
    *,
    parquet: bool,
) -> None:
    """Write a simulated campaign: ballots, batches, units, labels and the truth about it.

    Exit status 0: written; 2: an attack or assumption that is not known or does not fit.
    """
    planned = []
    for attack in attacks:
        kind, _, strength = attack.partition(":")
        planned.append((kind, strength or "medium"))
    try:
        shape = replace(PROFILES[profile], assumed=assumed(assumptions))
        campaign = simulated(shape, planned, rng=np.random.default_rng(seed))
        write_campaign(out, campaign, form=shape.form, seed=seed, parquet=parquet)
    except (ValueError, DomainError) as error:
        click.echo(problem_of(error) if isinstance(error, DomainError) else str(error), err=True)
        sys.exit(2)
    file = out / ("ballots.parquet" if parquet else "ballots.csv")
    click.echo(f"{campaign.ballots.n_ballots:,} ballots in {file}")
