"""The run of the demo: every stage through the functions that the office's pages call."""

from webapp.commands.demo.leading import rate_leaders
from webapp.commands.demo.play import Demo, Told
from webapp.commands.demo.preparing import make_accounts, set_up
from webapp.commands.demo.report import (
    DemoReport,
)
from webapp.commands.demo.settling import compared, decide_all, examine, score_and_publish
from webapp.commands.demo.trying import open_trial
from webapp.commands.demo.voting import cast, close_and_open, count, issue, print_sheets


def run_demo(demo: Demo, told: Told) -> DemoReport:
    """Run everything; the order is the evaluation's own."""
    make_accounts(demo, told)
    year, quarter, leaders = set_up(demo, told)
    codes = issue(demo, year, told)
    print_sheets(demo, codes, told)
    drawn = cast(demo, year, codes, told)
    turnout_rows = count(demo, codes)
    close_and_open(demo, codes, told)
    examine(demo, codes, told)
    findings = decide_all(demo, codes, told)
    totals = score_and_publish(demo, year, told)
    rated = rate_leaders(demo, leaders, told)
    trials = open_trial(demo, quarter, told)
    return DemoReport(
        base_url=demo.installation.config.base_url,
        logins=demo.logins,
        turnout=[*turnout_rows, *rated.turnout],
        findings=[*findings, *rated.findings],
        planted=compared(demo, year, drawn, findings),
        totals=totals,
        persons=rated.persons,
        files=demo.files,
        trials=trials,
    )
