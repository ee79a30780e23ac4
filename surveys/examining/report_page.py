"""The page of an examination: made to be read on a screen and to be printed."""

import html
from collections.abc import Sequence

import numpy as np

from stats.examination import Examination
from stats.findings import Finding
from surveys.examining.charts import Words
from surveys.examining.files import FileBallots
from surveys.examining.meanings import MEANINGS
from surveys.examining.pictures import Scene, mean_marks, pictures_of
from surveys.examining.report_style import PAGE
from surveys.examining.sayings import counted
from surveys.examining.words import LEVELS, TITLES, Evidence, Names, evidence, reason

MOST_LISTED = 60
"""Ballots named on the page; findings.json has all of them."""


def report_page(ballots: FileBallots, examination: Examination, *, seed: int) -> str:
    """The whole page, without a script or another file."""
    findings = examination.findings
    drawn = [f for f in findings if f.check in MEANINGS]
    mark = mean_marks(ballots.ballots)
    zh, en = names_by_language(ballots)
    units = tuple(map(Words, zh["unit"], en["unit"]))
    sections = "\n".join(
        _section(k, f, ballots, Scene(f, ballots.ballots, mark, units))
        for k, f in enumerate(drawn, 1)
    )
    missing = "\n".join(
        f"<li>{_both(TITLES[n.check])}{_both(reason(n), lead='：')}</li>"
        for n in examination.not_run
    )
    return PAGE.format(
        figures=_figures(ballots, examination),
        level=examination.parameters["level"],
        seed=seed,
        table=_table(drawn, ballots) if drawn else NOTHING,
        findings=sections,
        missing=missing or "<li>–</li>",
    )


def names_by_language(ballots: FileBallots) -> tuple[Names, Names]:
    """Names by kind, in Chinese and in English, as the words want them."""
    common = {
        "batch": ballots.batch_names,
        "network": ballots.network_names,
        "device": ballots.device_names,
    }
    beyond = ballots.home_names[len(ballots.unit_names) :]
    zh = [_titled(name, "单位“{}”") for name in (*ballots.titles_zh, *beyond)]
    en = [_titled(name, "unit {}") for name in (*ballots.titles_en, *beyond)]
    return {"unit": zh, **common}, {"unit": en, **common}


def words_of(finding: Finding, ballots: FileBallots) -> Evidence:
    """The evidence, each language with its own names."""
    zh, en = names_by_language(ballots)
    return Evidence(evidence(finding, zh).zh, evidence(finding, en).en)


def _titled(name: str, pattern: str) -> str:
    """A bare number says what it numbers."""
    return pattern.format(name) if name.isdigit() else name


NOTHING = (
    '<p class="quiet"><span lang="zh">没有发现疑点。</span>'
    ' <span lang="en">Nothing was found.</span></p>'
)


def _figures(ballots: FileBallots, examination: Examination) -> str:
    alarms = sum(f.level != "information" for f in examination.findings)
    told = (
        ("张票", "ballot", "", ballots.ballots.n_ballots),
        ("个单位", "unit", "", ballots.ballots.n_units),
        ("条疑点", "finding", "", alarms),
        ("条供参考", "finding", " for information", len(examination.findings) - alarms),
        ("张票涉及疑点", "ballot", " in findings", int(examination.flagged.sum())),
    )
    return "".join(
        f"<li><b>{n:,}</b> {_both(Words(zh, counted(n, one).partition(' ')[2] + more))}</li>"
        for zh, one, more, n in told
    )


def _table(findings: Sequence[Finding], ballots: FileBallots) -> str:
    rows = "".join(
        f'<tr><td><a href="#finding-{k}">{k}</a></td><td>{_both(TITLES[f.check])}</td>'
        f"<td>{_badge(f)}</td><td>{_subject(f, ballots)}</td>"
        f'<td class="n">{len(f.ballots):,}</td><td class="n">{_number(f.qvalue)}</td>'
        f'<td class="n">{_places(f)}</td></tr>'
        for k, f in enumerate(findings, 1)
    )
    heads = (
        Words("", ""),
        Words("检测", "check"),
        Words("程度", "level"),
        Words("涉及单位", "units"),
        Words("票数", "ballots"),
        Words("q 值", "q"),
        Words("名次（计入 → 不计）", "place (with → without)"),
    )
    head = "".join(f"<th>{_both(words)}</th>" for words in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _section(number: int, finding: Finding, ballots: FileBallots, scene: Scene) -> str:
    words, meaning = words_of(finding, ballots), MEANINGS[finding.check]
    pictures = "".join(pictures_of(scene))
    harm = finding.harm
    facts: list[tuple[Words, str]] = [
        (Words("涉及的票", "Ballots"), _listed(finding, ballots)),
        (Words("如何找出", "Where to find them"), _where(finding, ballots)),
        (meaning.statistic, _number(finding.statistic)),
        (Words("若无异常", "If nothing were wrong"), _both(meaning.null)),
        (
            Words("偶然出现的概率 p", "Chance of the like, p"),
            f"{_number(finding.pvalue)}（q {_number(finding.qvalue)}）",
        ),
        (meaning.effect, _number(finding.effect)),
    ]
    if harm is not None:
        name = html.escape(ballots.titles_zh[harm.unit])
        moved = f"{harm.score_with:.3f} → {harm.score_without:.3f}"
        facts.append(
            (Words("不计这些票", "Without these ballots"), f"{name} {moved}, {_places(finding)}")
        )
    told = "".join(f"<dt>{_both(name)}</dt><dd>{value}</dd>" for name, value in facts)
    return (
        f'<section id="finding-{number}"><h2><span class="k">{number}</span> '
        f"{_both(TITLES[finding.check])} {_badge(finding)}</h2>"
        f'<p lang="zh">{html.escape(words.zh)}</p><p lang="en">{html.escape(words.en)}</p>'
        f"{pictures}<dl>{told}</dl></section>"
    )


def _badge(finding: Finding) -> str:
    return f'<span class="badge {finding.level}">{_both(LEVELS[finding.level])}</span>'


def _subject(finding: Finding, ballots: FileBallots) -> str:
    lifted = [f"↑ {ballots.titles_zh[u]}" for u in finding.units_lifted]
    sunk = [f"↓ {ballots.titles_zh[u]}" for u in finding.units_sunk]
    return html.escape("，".join(lifted + sunk)) or "–"


def _places(finding: Finding) -> str:
    harm = finding.harm
    return "–" if harm is None else f"{harm.rank_with} → {harm.rank_without}"


def _listed(finding: Finding, ballots: FileBallots) -> str:
    n = len(finding.ballots)
    names = [ballots.ballot_names[int(k)] for k in finding.ballots[:MOST_LISTED]]
    more = " … findings.json" if n > MOST_LISTED else ""
    return f"{n:,}: {html.escape(', '.join(names))}{more}" if n else "–"


def _where(finding: Finding, ballots: FileBallots) -> str:
    """The rows of the file that the finding's source and units stand for."""
    names = {
        "network": ("net", ballots.network_names),
        "device": ("dev", ballots.device_names),
        "batch": ("batch", ballots.batch_names),
    }
    parts = [f"unit = {ballots.unit_names[u]}" for u in finding.units_lifted + finding.units_sunk][
        :1
    ]
    for kind, label in finding.context.items():
        if kind in names:
            column, known = names[kind]
            parts.append(f"{column} = {known[label]}")
        else:
            parts.append(f"tb ≥ {label}")
    if finding.homes:
        homes = " / ".join(ballots.home_names[h] for h in finding.homes)
        parts.append(f"home = {homes}")
    return f"<code>{html.escape(' & '.join(parts))}</code>" if parts else "findings.json"


def _number(value: float) -> str:
    if not np.isfinite(value):
        return "–"
    if not value or abs(value) >= 0.001:
        return f"{value:.4g}"
    leading, power = f"{value:.1e}".split("e")
    return f"{leading} × 10<sup>{int(power)}</sup>".replace("-", "−")


def _both(words: Words | Evidence, lead: str = "") -> str:
    if not words.zh and not words.en:
        return ""
    latin = ": " if lead else ""
    return (
        f'<span lang="zh">{html.escape(lead + words.zh)}</span>'
        f' <span lang="en">{html.escape(latin + words.en)}</span>'
    )
