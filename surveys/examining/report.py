"""The files that `examine` leaves behind: findings, ballots, scores and a page to read."""

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from stats.examination import Examination
from stats.findings import Finding, Harm
from surveys.examining.files import FileBallots
from surveys.examining.report_page import names_by_language, report_page, words_of
from surveys.examining.scores import score_rows
from surveys.examining.words import LEVELS, name_of, reason

DIGITS = 10


def write_report(
    directory: Path, *, ballots: FileBallots, examination: Examination, seed: int
) -> None:
    """Write ``findings.json, ballots.csv, scores.csv, report.html`` into a directory.

    The same input, level and seed give the same bytes.

    Parameters
    ----------
    directory : created where missing
    ballots : the file's ballots with their names
    examination : what the battery saw
    seed : what made ``examination`` reproducible
    """
    directory.mkdir(parents=True, exist_ok=True)
    found = [finding_record(f, ballots) for f in examination.findings]
    text = json.dumps(found, ensure_ascii=False, indent=1)
    (directory / "findings.json").write_text(text + "\n", encoding="utf-8")
    _write_rows(directory / "ballots.csv", _ballot_rows(ballots, examination))
    _write_rows(directory / "scores.csv", score_rows(ballots, examination, seed=seed))
    page = report_page(ballots, examination, seed=seed)
    (directory / "report.html").write_text(page, encoding="utf-8")


def summary(examination: Examination, *, ballots: FileBallots, seed: int) -> dict[str, object]:
    """What ``--json`` prints."""
    by_level: dict[str, int] = dict.fromkeys(LEVELS, 0)
    for finding in examination.findings:
        by_level[finding.level] += 1
    return {
        "ballots": ballots.ballots.n_ballots,
        "rows": ballots.ballots.n_rows,
        "units": ballots.ballots.n_units,
        "items": ballots.ballots.n_items,
        "levels": ballots.ballots.levels,
        "findings": by_level,
        "flagged": int(examination.flagged.sum()),
        "named_units": sorted(
            {
                ballots.unit_names[unit]
                for f in examination.findings
                if f.level != "information"
                for unit in f.units_lifted + f.units_sunk
            }
        ),
        "checks": [
            {
                "check": f.check,
                "level": f.level,
                "units": [ballots.unit_names[u] for u in f.units_lifted + f.units_sunk],
                "ballots": len(f.ballots),
                "pvalue": f.pvalue,
                "qvalue": f.qvalue,
            }
            for f in examination.findings
        ],
        "not_run": [
            {"check": n.check, "reason": n.reason, "words": reason(n).en}
            for n in examination.not_run
        ],
        "parameters": dict(examination.parameters),
        "seed": seed,
    }


def finding_record(finding: Finding, ballots: FileBallots) -> dict[str, object]:
    """One finding as the files spell it."""
    names, _ = names_by_language(ballots)
    words = words_of(finding, ballots)
    units = [ballots.unit_names[u] for u in finding.units_lifted + finding.units_sunk]
    subject: dict[str, object] = {
        "units": units,
        "lifted": [ballots.unit_names[u] for u in finding.units_lifted],
        "sunk": [ballots.unit_names[u] for u in finding.units_sunk],
        "homes": [ballots.home_names[h] for h in finding.homes],
    }
    for kind, label in finding.context.items():
        subject[kind] = label if kind in {"bucket", "crowd"} else name_of(names, kind, label)
    return {
        "check": finding.check,
        "level": finding.level,
        "subject": subject,
        "ballots": [ballots.ballot_names[k] for k in finding.ballots],
        "statistic": _rounded(finding.statistic),
        "pvalue": _rounded(finding.pvalue),
        "qvalue": _rounded(finding.qvalue),
        "effect": _rounded(finding.effect),
        "harm": None if finding.harm is None else _harm_record(finding.harm, ballots),
        "evidence": {"zh": words.zh, "en": words.en},
    }


def _rounded(value: float) -> float | None:
    return float(f"{value:.{DIGITS}g}") if abs(value) < float("inf") else None


def _harm_record(harm: Harm, ballots: FileBallots) -> dict[str, object]:
    return {
        "unit": ballots.unit_names[harm.unit],
        "rank_with": harm.rank_with,
        "rank_without": harm.rank_without,
        "score_with": _rounded(harm.score_with),
        "score_without": _rounded(harm.score_without),
    }


def _write_rows(path: Path, rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def _ballot_rows(ballots: FileBallots, examination: Examination) -> Iterable[Sequence[object]]:
    yield "ballot", "suspicion", "flagged", "checks"
    checks: dict[int, list[str]] = {}
    for finding in examination.findings:
        for k in finding.ballots.tolist():
            named = checks.setdefault(k, [])
            if finding.check not in named:
                named.append(finding.check)
    suspicion, flagged = examination.suspicion.tolist(), examination.flagged.tolist()
    for k, name in enumerate(ballots.ballot_names):
        yield name, f"{suspicion[k]:.6f}", int(flagged[k]), ";".join(checks.get(k, ()))
