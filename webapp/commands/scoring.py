"""`gongping score`: a whole scheme on a workbook, without a database."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Final, NoReturn, Protocol

import click
from rich.console import Console
from rich.table import Table

from surveys.errors import DomainError, Invalid
from surveys.scoring.as_data import scores_as_data
from surveys.scoring.lines import Scores, UnitLine
from surveys.scoring.result_workbook import result_workbook
from surveys.scoring.rounding import shown, shown_whole
from surveys.scoring.schemes import Level, Scheme, preset, preset_keys, scheme_from_toml
from surveys.scoring.score import score as reckon
from surveys.scoring.template_workbook import template_workbook
from surveys.scoring.workbook import read_inputs
from surveys.setup.problems import RowProblem
from webapp.commands.refusing import spoken
from webapp.commands.score_words import colour_words, decision_words, problem_words
from webapp.commands.words import gettext as _
from webapp.commands.words import locale_language, ngettext

BAD_INPUT: Final = 2
PIPE_WIDTH: Final = 200


class Named(Protocol):
    """What a scheme calls in both languages."""

    @property
    def zh(self) -> str:
        """In Chinese."""

    @property
    def en(self) -> str:
        """In English."""


@click.command()
@click.argument("scheme")
@click.argument("workbook", type=click.Path(path_type=Path), required=False)
@click.option(
    "--template",
    type=click.Path(path_type=Path),
    help="Write an empty workbook for the scheme, with notes and lists to choose from.",
)
@click.option("--out", type=click.Path(path_type=Path), help="Write the result as a workbook.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole result as JSON.")
def score(
    scheme: str, workbook: Path | None, template: Path | None, out: Path | None, as_json: bool
) -> None:
    r"""Reckon a period: WORKBOOK (.xlsx) by SCHEME, a preset's key or the path of a TOML file.

    Totals come to four places, with places, grades and what is left for people to decide, for
    units and for the persons in them. Exit status: 0 done, 2 bad input (every problem on standard
    error).

    \b
    Examples:
      gongping score liuyang --template figures.xlsx
      gongping score liuyang figures.xlsx --out result.xlsx
    """
    if workbook is None and template is None:
        raise click.UsageError("Give a WORKBOOK, or --template FILE to begin with an empty one.")
    try:
        rules = _scheme(scheme)
        if template is not None:
            template.write_bytes(template_workbook(rules))
            told = _("%(path)s: an empty workbook for “%(name)s”", path=template, name=_name(rules))
            click.echo(told, err=True)
        if workbook is not None:
            _reckon(rules, workbook, out=out, as_json=as_json)
    except DomainError as error:
        _refuse(error)
    except OSError as error:
        click.echo(f"{error.filename}: {error.strerror}", err=True)
        raise SystemExit(BAD_INPUT) from error


def _reckon(rules: Scheme, workbook: Path, *, out: Path | None, as_json: bool) -> None:
    inputs = read_inputs(rules, workbook.read_bytes())
    scores = reckon(rules, inputs)
    if out is not None:
        out.write_bytes(result_workbook(rules, inputs, scores))
    if as_json:
        click.echo(json.dumps(scores_as_data(scores), ensure_ascii=False, indent=1))
        return
    _print(rules, scores)
    if rules.persons is not None and scores.persons is not None:
        _print(rules.persons, scores.persons)
    _print_projects(rules, scores)


def _scheme(name: str) -> Scheme:
    path = Path(name)
    if name not in preset_keys() and path.suffix == ".toml":
        try:
            return scheme_from_toml(path.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise Invalid("scheme_not_toml", row=1, reason=str(error)) from error
    return preset(name)


def _refuse(error: DomainError) -> NoReturn:
    problems = error.facts.get("problems", ())
    if isinstance(problems, tuple) and problems:
        for problem in problems:
            told = _problem(problem) if isinstance(problem, RowProblem) else str(problem)
            click.echo(told, err=True)
        told = ngettext(
            "%(num)s problem; nothing was reckoned.",
            "%(num)s problems; nothing was reckoned.",
            len(problems),
        )
        click.echo(told, err=True)
    else:
        words = spoken(error)
        click.echo(f"{words.title}{_(': ')}{words.what}\n{words.next_step}", err=True)
    raise SystemExit(BAD_INPUT)


def _problem(problem: RowProblem) -> str:
    row = _("row %(row)s", row=problem.row) if problem.row else ""
    place = _(", ").join(filter(None, (problem.sheet, row, problem.header)))
    value = f"“{problem.value}” " if problem.value else ""
    expected = f" ({_(', ').join(problem.expected)})" if any(problem.expected) else ""
    words = problem_words().get(problem.code, problem.code)
    return f"{place}{_(': ')}{value}{words}{expected}"


def _name(named: Named) -> str:
    """In the locale's language."""
    return named.zh if locale_language() == "zh" else named.en


def _print_projects(scheme: Scheme, scores: Scores) -> None:
    rule = scheme.progress
    if rule is None:
        return
    names = {
        each.key: _name(each) for each in (*rule.states, rule.closed, rule.talk, rule.sanction)
    }
    for line in scores.projects:
        words = " + ".join(names[key] for key in (line.state, *line.proposals))
        told = _("gap %(gap)s, %(words)s", gap=f"{line.gap:f}", words=words)
        click.echo(f"{line.project}{_(': ')}{told}")


def _print(scheme: Level, scores: Scores) -> None:
    # A pipe has no width of its own; at 80 columns the figures would be cut.
    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)
    for category in scores.categories:
        name = next(_name(each) for each in scheme.categories if each.key == category.category)
        table = Table(title=f"{category.category} {name} (n = {category.n})")
        for header in (_("place"), _("unit"), *map(_name, scheme.components)):
            table.add_column(header)
        colour = (_("colour"),) if scheme.colours.kind != "none" else ()
        for header in (_("bonus"), _("deductions"), _("total"), _("grade"), *colour):
            table.add_column(header)
        for line in scores.lines:
            if line.category == category.category:
                table.add_row(*_cells(scheme, line))
        console.print(table)
        for question in category.needs_decision:
            needed = [decision_words()[question.note.code], _(", ").join(question.units)]
            click.echo(_(": ").join([_("needs a decision"), *filter(None, needed)]))


def _cells(scheme: Level, line: UnitLine) -> list[str]:
    arithmetic = line.arithmetic
    taken = arithmetic.deductions + arithmetic.reverse_deduction
    grade = "–" if line.grade is None else _name(scheme.grades[scheme.grade_rank(line.grade)])
    place = _("veto") if line.vetoes else "–"
    points = {component.key: component.points for component in line.components}
    return [
        str(line.place) if line.place is not None else place,
        line.unit,
        *(_figure(points.get(component.key)) for component in scheme.components),
        shown_whole(arithmetic.bonus),
        shown_whole(taken),
        _figure(line.total),
        grade,
        *((colour_words().get(line.colour, line.colour),) if scheme.colours.kind != "none" else ()),
    ]


def _figure(points: Decimal | None) -> str:
    return "–" if points is None else shown(points)
