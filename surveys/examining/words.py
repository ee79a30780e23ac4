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
    return f"同一批票另有佐证：{zh}。", f" The same ballots stand out otherwise too: {en}."


def _harm(finding: Finding, names: Names) -> tuple[str, str]:
    harm = finding.harm
    if harm is None:
        return "", ""
    unit = name_of(names, "unit", harm.unit)
    zh = (
        f"不计这些票，{unit}的平均分由 {harm.score_with:.2f} 变为 {harm.score_without:.2f}，"
        f"名次由第 {harm.rank_with} 名变为第 {harm.rank_without} 名。"
    )
    en = (
        f" Without these ballots {unit} goes from {harm.score_with:.2f} to"
        f" {harm.score_without:.2f} and from place {harm.rank_with} to {harm.rank_without}."
    )
    return zh, en


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
    "no_column": Evidence("缺少数据列：{columns}", "no column {columns}"),
    "too_few": Evidence("票数或单位太少", "too few ballots or units"),
    "too_few_items": Evidence("测评项太少（{items} 项）", "too few items ({items})"),
    "too_few_answers": Evidence("每张票的答案太少", "too few answers per ballot"),
    "too_many": Evidence("票数过多，未逐对比较", "too many ballots to compare in pairs"),
    "too_few_batches": Evidence(
        "每个单位的码批次不足 {needed} 个", "under {needed} batches per unit"
    ),
    "too_few_tallies": Evidence(
        "手工录入的计票处不足 {needed} 个", "under {needed} places with typed counts"
    ),
    "no_tallies": Evidence("没有手工录入的票数", "no tallies were typed in"),
    "not_matrix": Evidence("每张票只评一个单位", "each ballot rates one unit only"),
}


def reason(missing: NotRun) -> Evidence:
    """Why a check did not run."""
    words = _REASONS.get(missing.reason, Evidence(missing.reason, missing.reason))
    facts = {
        key: ", ".join(map(str, value)) if isinstance(value, tuple) else value
        for key, value in missing.facts.items()
    }
    return Evidence(words.zh.format_map(facts), words.en.format_map(facts))
