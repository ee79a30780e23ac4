"""What the demo tells at its end, and again at every later start."""

import json
import os
from dataclasses import asdict, dataclass, replace
from operator import attrgetter
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from surveys.examining.words import LEVELS, TITLES
from webapp.commands.words import gettext as _
from webapp.commands.words import locale_language

FILE = "demo.json"
NO_TOTAL = "–"
COLOURS = {"green": "green", "yellow": "yellow", "red": "red", "grey": "bright_black"}


@dataclass(frozen=True)
class Login:
    """An account of the demo; its password was drawn at random in this run."""

    login: str
    password: str
    name: str
    roles: str


@dataclass(frozen=True)
class TurnoutRow:
    """Turnout of one rater group of one campaign; no number issued with open codes."""

    campaign: str
    group: str
    n_issued: int | None
    n_returned: int


@dataclass(frozen=True)
class FindingLine:
    """A finding and what was decided on it."""

    campaign: str
    check: str
    level: str
    units: str
    n_ballots: int
    evidence_zh: str
    evidence_en: str


@dataclass(frozen=True)
class PlantedLine:
    """A plot that was planted, and the checks that named its units."""

    plot: str
    units: str
    found_by: str


@dataclass(frozen=True)
class TotalRow:
    """One unit's result."""

    category: str
    place: int | None
    unit: str
    total: str
    places: str
    grade: str
    colour: str


@dataclass(frozen=True)
class PersonRow:
    """A member's result; no person exists."""

    category: str
    place: int | None
    name: str
    post: str
    total: str
    grade: str


@dataclass(frozen=True)
class Trial:
    """A ballot to try: who may cast it, and the address that a QR code would carry."""

    campaign: str
    group: str
    address: str


@dataclass(frozen=True)
class DemoReport:
    """All that came of a run."""

    base_url: str
    logins: list[Login]
    turnout: list[TurnoutRow]
    findings: list[FindingLine]
    planted: list[PlantedLine]
    totals: list[TotalRow]
    persons: list[PersonRow]
    files: list[str]
    trials: list[Trial]


def keep_report(data_dir: Path, report: DemoReport) -> None:
    """Write the report for later starts; it holds passwords, so only its owner may read it."""
    path = data_dir / FILE
    path.unlink(missing_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(report), file, ensure_ascii=False, indent=1)


def kept_report(data_dir: Path) -> DemoReport | None:
    """The report of an earlier run, if there is one."""
    path = data_dir / FILE
    if not path.exists():
        return None
    facts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    kinds: dict[str, Any] = {
        "logins": Login,
        "turnout": TurnoutRow,
        "findings": FindingLine,
        "planted": PlantedLine,
        "totals": TotalRow,
        "persons": PersonRow,
        "trials": Trial,
    }
    rows = {name: [kind(**row) for row in facts.get(name, ())] for name, kind in kinds.items()}
    return DemoReport(base_url=facts["base_url"], files=facts["files"], **rows)


def moved(report: DemoReport, base_url: str) -> DemoReport:
    """The report with the addresses under which it is served this time."""
    before, after = report.base_url.upper(), base_url.upper()
    trials = [replace(each, address=each.address.replace(before, after)) for each in report.trials]
    return replace(report, base_url=base_url, trials=trials)


def show_report(console: Console, report: DemoReport) -> None:
    """Print everything, the addresses and log-ins last, where they stay in sight."""
    console.print(turnout_table(report))
    console.print(finding_table(report))
    console.print(planted_table(report))
    console.print(total_table(report))
    left = [row.unit for row in report.totals if row.total == NO_TOTAL]
    if left:
        units = ", ".join(left)
        console.print(_("Both who signed named these units as without a total: %(u)s", u=units))
    console.print(person_table(report))
    show_places(console, report)


def turnout_table(report: DemoReport) -> Table:
    """Turnout by campaign and group."""
    table = table_of(_("Turnout"), _("Campaign"), _("Group"), _("Issued"), _("Returned"), "%")
    for row in report.turnout:
        share = "" if not row.n_issued else f"{row.n_returned / row.n_issued:.0%}"
        issued = _("open code") if row.n_issued is None else f"{row.n_issued:,}"
        table.add_row(row.campaign, row.group, issued, f"{row.n_returned:,}", share)
    return table


def finding_table(report: DemoReport) -> Table:
    """Findings, strongest first."""
    table = table_of(_("Findings"), _("Level"), _("Units"), _("Ballots"), _("Evidence"))
    spoken = attrgetter(locale_language())
    for row in report.findings:
        evidence = row.evidence_zh if locale_language() == "zh" else row.evidence_en
        title = f"{spoken(LEVELS[row.level])}\n{spoken(TITLES[row.check])}"
        table.add_row(title, row.units, f"{row.n_ballots:,}", evidence)
    return table


def planted_table(report: DemoReport) -> Table:
    """What was planted, and what found it."""
    table = table_of(_("Planted in the sample"), _("Plot"), _("Units"), _("Found by"))
    spoken = attrgetter(locale_language())
    for row in report.planted:
        found_by = [spoken(TITLES[check]) for check in row.found_by.split(", ") if check]
        table.add_row(row.plot, row.units, _(", ").join(found_by) or _("not found"))
    return table


def total_table(report: DemoReport) -> Table:
    """Totals by category, with grades and colours."""
    table = table_of(
        _("Totals"), _("Category"), _("Place"), _("Unit"), _("Total"), _("Places"), _("Grade")
    )
    before = ""
    for row in report.totals:
        style = COLOURS.get(row.colour, "")
        table.add_row(
            "" if row.category == before else row.category,
            "–" if row.place is None else str(row.place),
            row.unit,
            row.total,
            row.places,
            f"[{style}]●[/] {row.grade}" if style else row.grade,
        )
        before = row.category
    return table


def person_table(report: DemoReport) -> Table:
    """Members of leading groups by category and place: the office alone reads them."""
    table = table_of(
        _("Members of leading groups"),
        _("Category"),
        _("Place"),
        _("Name"),
        _("Unit and post"),
        _("Total"),
        _("Grade"),
    )
    before = ""
    for row in report.persons:
        place = "–" if row.place is None else str(row.place)
        category = "" if row.category == before else row.category
        table.add_row(category, place, row.name, row.post, row.total, row.grade)
        before = row.category
    return table


def table_of(title: str, *columns: str) -> Table:
    """An empty table."""
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        table.add_column(column)
    return table


def show_places(console: Console, report: DemoReport) -> None:
    """Files, ballots to try, log-ins and addresses."""
    console.print(f"\n[bold]{_('Files')}[/]")
    for file in report.files:
        console.print(f"  {file}", soft_wrap=True)
    console.print(f"\n[bold]{_('Ballots to try (each code works once)')}[/]")
    for trial in report.trials:
        console.print(f"  {trial.campaign} · {trial.group}")
        console.print(f"    {trial.address}", soft_wrap=True, style="cyan")
    logins = table_of(_("Log-ins"), _("Name"), _("Password"), _("Roles"), "")
    for login in report.logins:
        logins.add_row(login.login, login.password, login.roles, login.name)
    console.print()
    console.print(logins)
    console.print(f"  [cyan]{report.base_url}/board[/]  {_('public board')}")
    console.print(f"  [cyan]{report.base_url}/account/login[/]  {_('office, staff, admin')}")
