"""A finding with its names resolved, for the sentences about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stats.findings import Finding
from surveys.examining.charts import Words

Names = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Sayings:
    """One finding with its names resolved, for the sentences below.

    Parameters
    ----------
    finding : the finding
    names : names by kind: ``unit``, ``network``, ``device``, ``batch``
    """

    finding: Finding
    names: Names

    @property
    def facts(self) -> Mapping[str, Any]:
        """Numbers of the finding."""
        return self.finding.facts

    @property
    def n(self) -> int:
        """Ballots that the check itself concerns, without those of joint evidence."""
        own = self.finding.facts.get("n_first")
        return own if isinstance(own, int) else len(self.finding.ballots)

    def unit(self, index: int) -> str:
        """A unit's name."""
        return name_of(self.names, "unit", index)

    def units(self, indices: Sequence[int], *, joint: str) -> str:
        """Names of several units."""
        return joint.join(self.unit(k) for k in indices)

    @property
    def touched(self) -> tuple[int, ...]:
        """Units lifted, then units sunk."""
        return self.finding.units_lifted + self.finding.units_sunk


def name_of(names: Names, kind: str, index: int) -> str:
    """The name of a label, or its number where names end."""
    known = names.get(kind, ())
    return known[index] if 0 <= index < len(known) else str(index)


def door(finding: Finding, names: Names) -> tuple[str, str]:
    """What the ballots of a finding came through."""
    zh, en = [], []
    context = finding.context
    for kind, word_zh, word_en in (
        ("network", "网络", "network"),
        ("device", "设备", "device"),
        ("batch", "码批次", "batch"),
    ):
        if kind in context and (kind in names or kind == "batch"):
            name = name_of(names, kind, context[kind])
            zh.append(f"{word_zh}“{name}”")
            en.append(f"{word_en} {name}")
        elif kind in context:  # A keyed tag: its number would tell nobody anything.
            zh.append(f"同一{word_zh}")
            en.append(f"one {word_en}")
    if "crowd" in context and "network" not in names:
        zh.append("几乎只评该单位的几个网络")
        en.append("networks that hardly rate other units")
    elif "crowd" in context:
        zh.append(f"（tb 自 {context['crowd']} 起）几乎只评该单位的几个网络")
        en.append(f"networks that hardly rate other units (tb from {context['crowd']} on)")
    hours = 6 if "network" in context else 2
    if "bucket" in context and "network" not in names:
        zh.append(f"连续 {hours} 小时之内")
        en.append(f"{hours} hours")
    elif "bucket" in context:
        zh.append(f"{hours} 小时之内（tb 自 {context['bucket']} 起）")
        en.append(f"{hours} hours (tb from {context['bucket']} on)")
    return "、".join(zh), " within ".join(en)


def counted(n: int, one: str, many: str | None = None) -> str:
    """A number and what it counts: ``1 ballot``, ``1,234 ballots``."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def was(n: int) -> str:
    """What agrees with so many: was or were."""
    return "was" if n == 1 else "were"


def about(n: float) -> Words:
    """An expected number, no finer than it is known."""
    if n < 0.95:
        return Words("不到 1", "fewer than one")
    told = f"{n:,.0f}" if n >= 9.95 else f"{n:.1f}".removesuffix(".0")
    return Words(f"约 {told}", f"about {told}")


def in_a_row(words: Sequence[str]) -> str:
    """English words in a row: ``A, B and C``."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
