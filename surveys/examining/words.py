"""What a finding says, in Chinese and in English: what was seen, and how it may be innocent."""

from dataclasses import dataclass

from stats.findings import Finding, NotRun
from surveys.examining.sayings import Names, Sayings, name_of
from surveys.examining.sentences import SENTENCES

__all__ = ["LEVELS", "TITLES", "Evidence", "Names", "evidence", "name_of", "reason"]


@dataclass(frozen=True)
class Evidence:
    """The same words in both languages."""

    zh: str
    en: str


def evidence(finding: Finding, names: Names) -> Evidence:
    """Words for one finding.

    Parameters
    ----------
    finding : what a check reported
    names : names by kind and index: ``{"unit": [...], "network": [...], "batch": [...]}``
    """
    zh, en = SENTENCES[finding.check](Sayings(finding, names))
    harm_zh, harm_en = _harm(finding, names)
    also_zh, also_en = _also(finding)
    return Evidence(zh=zh + also_zh + harm_zh, en=en + also_en + harm_en)


def _also(finding: Finding) -> tuple[str, str]:
    """Other checks that speak of the same ballots."""
    also = finding.facts.get("also")
    if not isinstance(also, tuple) or not also:
        return "", ""
    words = [_ALSO.get(check) or TITLES[check] for check, _ in also]
    zh = "、".join(dict.fromkeys(w.zh for w in words))
    en = ", ".join(dict.fromkeys(w.en for w in words))
    return f"另有检测指向同一批票：{zh}。", f" Other checks name the same ballots: {en}."


def _harm(finding: Finding, names: Names) -> tuple[str, str]:
    harm = finding.harm
    if harm is None:
        return "", ""
    unit = name_of(names, "unit", harm.unit)
    before, after = f"{harm.score_with:.2f}", f"{harm.score_without:.2f}"
    zh, en = f"不计这些票，{unit}的平均分", f" Without these ballots the mean mark of {unit}"
    if before == after:
        zh, en = f"{zh}仍为 {before}，", f"{en} stays at {before}"
    else:
        zh, en = f"{zh}由 {before} 变为 {after}，", f"{en} goes from {before} to {after}"
    if harm.rank_with == harm.rank_without:
        return f"{zh}仍列第 {harm.rank_with} 名。", f"{en}; it stays at place {harm.rank_with}."
    return (
        f"{zh}名次由第 {harm.rank_with} 名变为第 {harm.rank_without} 名。",
        f"{en}; it moves from place {harm.rank_with} to place {harm.rank_without}.",
    )


TITLES: dict[str, Evidence] = {
    "stuffing": Evidence("雷同票聚集", "Cluster of identical ballots"),
    "crowd": Evidence("集中投票且答案雷同", "A crowd of similar ballots"),
    "context_shift": Evidence("同一来源评分异常", "Shifted marks from one source"),
    "home_shift": Evidence("单位对单位评分异常", "One unit's raters against or for another"),
    "reciprocity": Evidence("互相抬分", "Mutual favour"),
    "bloc": Evidence("抱团抬压", "Bloc: one up, one down"),
    "copied": Evidence("票面抄袭", "Copied ballots"),
    "low_effort": Evidence("敷衍作答", "Low effort"),
    "careless_share": Evidence("敷衍作答占比", "Share of careless ballots"),
    "long_string": Evidence("长串同档", "Long strings"),
    "random_marking": Evidence("随意勾选", "Random marking"),
    "over_issued": Evidence("收回多于发出", "More ballots than codes"),
    "turnout": Evidence("回收率与评分同升", "Marks rise with turnout"),
    "divided": Evidence("意见分歧", "Divided opinion"),
    "machine": Evidence("疑似程序填写", "Machine-made ballots"),
    "typed_tallies": Evidence("手工录入票数", "Typed tallies"),
}

_ALSO = {"time": Evidence("作答明显更快", "answered faster than others")}

LEVELS: dict[str, Evidence] = {
    "fact": Evidence("事实", "fact"),
    "strong": Evidence("证据较强", "strong evidence"),
    "look": Evidence("值得一看", "worth a look"),
    "information": Evidence("供参考", "information"),
}

_REASONS: dict[str, Evidence] = {
    "no_column": Evidence("数据中没有这些列：{columns}", "the data have no column {columns}"),
    "too_few": Evidence(
        "票数或单位太少，无法公平比较", "there are too few ballots or units for a fair comparison"
    ),
    "too_few_items": Evidence(
        "测评表只有 {items} 个测评项，至少需要 {needed} 个",
        "the form has too few rating items: {items}, at least {needed} are needed",
    ),
    "too_few_answers": Evidence(
        "每张票的答案太少，看不出规律", "each ballot holds too few answers to show a pattern"
    ),
    "too_many": Evidence(
        "超过 {most} 张票，逐对比较耗时过长",
        "to compare every pair of more than {most} ballots would take too long",
    ),
    "too_few_batches": Evidence(
        "每个单位至少需要 {needed} 个码批次",
        "each unit needs at least {needed} batches of codes",
    ),
    "too_few_tallies": Evidence(
        "手工录入的计票处太少，至少需要 {needed} 处",
        "too few places have typed counts: at least {needed} are needed",
    ),
    "no_tallies": Evidence("没有手工录入的票数", "no votes were typed in by hand"),
    "not_matrix": Evidence(
        "每张票只评一个单位，无法比较同一人对各单位的评分",
        "each ballot rates one unit only, so raters cannot be compared across units",
    ),
}


def reason(missing: NotRun) -> Evidence:
    """Why a check did not run."""
    words = _REASONS.get(missing.reason, Evidence(missing.reason, missing.reason))
    return Evidence(
        words.zh.format_map(_facts(missing, "、")), words.en.format_map(_facts(missing, ", "))
    )


def _facts(missing: NotRun, joint: str) -> dict[str, object]:
    return {
        name: joint.join(map(str, fact))
        if isinstance(fact, tuple)
        else f"{fact:,}"
        if isinstance(fact, int)
        else fact
        for name, fact in missing.facts.items()
    }
