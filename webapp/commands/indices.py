"""`gongping indices`: one row of indices per respondent."""

import sys
from pathlib import Path

import click
from rich.console import Console

from stats.indices.battery import indices as all_indices
from stats.indices.distance import Covariance
from surveys.errors import DomainError
from surveys.examining.index_table import questionnaire_of, read_answers, write_indices
from webapp.commands.file_problems import problem_of

EXAMPLE = """\b
Example:
  gongping indices answers.csv --id id --items q1:q30 --levels 1-5 \\
      --factors 6,6,6,6,6 --reversed q4,q9 --out indices.csv
"""


@click.command("indices", epilog=EXAMPLE)
@click.argument("answers", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--id", "id_column", help="Column that names the respondent.")
@click.option("--items", help="FIRST:LAST item column; all columns but the id if not given.")
@click.option("--levels", help="LOW-HIGH answer; as found in the file if not given.")
@click.option("--factors", help="Items per scale, in order: 10,10,5. Needed for even-odd.")
@click.option("--reversed", "reversed_items", help="Reversed items: A1,C4.")
@click.option("--psychsyn-critical", type=click.FloatRange(0, 1), default=0.60, show_default=True)
@click.option("--psychant-critical", type=click.FloatRange(-1, 0), default=-0.60, show_default=True)
@click.option(
    "--covariance",
    type=click.Choice(["classical", "mcd"]),
    default="classical",
    show_default=True,
    help="Centre and covariance of the Mahalanobis distance.",
)
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, writable=True, path_type=Path)
)
def indices(  # noqa: PLR0913, PLR0917 (one parameter for each option)
    answers: Path,
    id_column: str | None,
    items: str | None,
    levels: str | None,
    factors: str | None,
    reversed_items: str | None,
    psychsyn_critical: float,
    psychant_critical: float,
    covariance: Covariance,
    out: Path,
) -> None:
    """Compute all indices of careless answering and person fit for ANSWERS.

    ANSWERS is a CSV file with one respondent per row and items as columns; missing answers are
    empty or NA. An index is empty where it is undefined. Exit status 2: bad input.
    """
    try:
        table = read_answers(answers, id_column=id_column, items=items)
        questionnaire = questionnaire_of(
            table, levels=levels, factors=factors, reversed_items=reversed_items
        )
        # Seen on a terminal only.
        with Console(stderr=True).status(f"{len(table.ids):,} × {len(table.items)}"):
            found = all_indices(
                table.answers,
                questionnaire,
                synonym_critical=psychsyn_critical,
                antonym_critical=psychant_critical,
                covariance=covariance,
            )
        write_indices(out, table=table, found=found)
    except DomainError as error:
        click.echo(problem_of(error), err=True)
        sys.exit(2)
