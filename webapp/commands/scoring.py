"""`gongping score`: a whole scheme on a workbook, without a database."""

import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Final, NoReturn

import click
from rich.console import Console
from rich.table import Table

from surveys.errors import DomainError, Invalid
from surveys.scoring.as_data import scores_as_data
from surveys.scoring.lines import Scores, UnitLine
from surveys.scoring.notes import NoteCode
from surveys.scoring.result_workbook import result_workbook
from surveys.scoring.rounding import shown, shown_whole
from surveys.scoring.schemes import Level, Scheme, preset, preset_keys, scheme_from_toml
from surveys.scoring.score import score as reckon
from surveys.scoring.template_workbook import template_workbook
from surveys.scoring.workbook import read_inputs
from surveys.setup.problems import RowProblem

BAD_INPUT: Final = 2
PIPE_WIDTH: Final = 200
DECISION_WORDS: Final = {
    NoteCode.TIE_STRADDLES_QUOTA: "equal totals straddle the last seat:",
    NoteCode.NO_SEAT_FITS_BAND: "no whole number of seats fits the band",
    NoteCode.TOTALS_MISSING: "a component is insufficient, places and seats are provisional:",
}
PROBLEM_WORDS: Final = {
    "sheet_missing": "the sheet is missing",
    "sheet_empty": "the sheet has no rows",
    "column_missing": "the column is missing",
    "missing": "must not be empty",
    "not_a_number": "is not a number",
    "not_whole": "is not a whole number",
    "out_of_range": "is out of range",
    "too_many_places": "has too many decimal places",
    "not_a_choice": "is not one of the values allowed",
    "too_long": "is too long",
    "unknown_unit": "is no unit of the sheet 单位",
    "unknown_option": "is no option of this questionnaire",
    "given_twice": "is given twice",
    "indicator_differs": "has another weight or conversion in an earlier row",
    "veto_without_document": "must hold a document number: the item is not on the scheme's list",
    "unit_rates_itself": "rates itself",
    "same_person": "must be somebody other than the proposer",
    "no_facts_in_scheme": "is no fact of this scheme: it names none",
    "bad_parameter": "is no parameter written as name=number",
    "bad_occurrence": "must be written as times × points: 3×0.5",
    "leaves_wrong": "begins a unit with the wrong number of indicators: expected, found",
    "weights_wrong": "begins a unit whose weights have the wrong sum: expected, found",
    "tag_share_too_small": "begins a unit with too little weight on key work: expected, found",
    "due_before_issued": "lies before the day of issue",
    "not_a_date": "is not a date",
    "formula_without_result": "is a formula without a result: open and save the file once",
}


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
            click.echo(f"{template}: an empty workbook for {rules.zh}", err=True)
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
            words = _problem(problem) if isinstance(problem, RowProblem) else str(problem)
            click.echo(words, err=True)
        click.echo(f"{len(problems)} problem(s); nothing was reckoned.", err=True)
    else:
        click.echo(str(error), err=True)
    raise SystemExit(BAD_INPUT)


def _problem(problem: RowProblem) -> str:
    row = f", row {problem.row}" if problem.row else ""
    header = f", {problem.header}" if problem.header else ""
    value = f"“{problem.value}” " if problem.value else ""
    expected = f" ({', '.join(problem.expected)})" if any(problem.expected) else ""
    words = PROBLEM_WORDS.get(problem.code, problem.code)
    return f"{problem.sheet}{row}{header}: {value}{words}{expected}"


def _print_projects(scheme: Scheme, scores: Scores) -> None:
    rule = scheme.progress
    if rule is None:
        return
    names = {each.key: each.zh for each in (*rule.states, rule.closed, rule.talk, rule.sanction)}
    for line in scores.projects:
        words = " + ".join(names[key] for key in (line.state, *line.proposals))
        click.echo(f"{line.project}: gap {line.gap:f}, {words}")


def _print(scheme: Level, scores: Scores) -> None:
    # A pipe has no width of its own; at 80 columns the figures would be cut.
    console = Console(width=None if sys.stdout.isatty() else PIPE_WIDTH)
    for category in scores.categories:
        name = next(item.zh for item in scheme.categories if item.key == category.category)
        table = Table(title=f"{category.category} {name} (n = {category.n})")
        for header in ("place", "unit", *(part.zh for part in scheme.components)):
            table.add_column(header)
        colour = ("colour",) if scheme.colours.kind != "none" else ()
        for header in ("bonus", "deductions", "total", "grade", *colour):
            table.add_column(header)
        for line in scores.lines:
            if line.category == category.category:
                table.add_row(*_cells(scheme, line))
        console.print(table)
        for question in category.needs_decision:
            units = ", ".join(question.units)
            click.echo(f"needs a decision: {DECISION_WORDS[question.note.code]} {units}".rstrip())


def _cells(scheme: Level, line: UnitLine) -> list[str]:
    arithmetic = line.arithmetic
    taken = arithmetic.deductions + arithmetic.reverse_deduction
    grade = "–" if line.grade is None else scheme.grades[scheme.grade_rank(line.grade)].zh
    place = "veto" if line.vetoes else "–"
    points = {component.key: component.points for component in line.components}
    return [
        str(line.place) if line.place is not None else place,
        line.unit,
        *(_figure(points.get(component.key)) for component in scheme.components),
        shown_whole(arithmetic.bonus),
        shown_whole(taken),
        _figure(line.total),
        grade,
        *((line.colour,) if scheme.colours.kind != "none" else ()),
    ]


def _figure(points: Decimal | None) -> str:
    return "–" if points is None else shown(points)
