"""How a result was reckoned, in words a reader of the printed sheet needs."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from importlib.metadata import version

from surveys.scoring.inputs import PeriodInputs
from surveys.scoring.plain_data import digest
from surveys.scoring.scheme_parts import Component, Grade, Quota
from surveys.scoring.schemes import ENGINE, Cycle, Level, Scheme

CYCLES = {
    Cycle.MONTH: "月度",
    Cycle.QUARTER: "季度",
    Cycle.HALF_YEAR: "半年",
    Cycle.YEAR: "年度",
    Cycle.SPECIAL: "专项",
}
KINDS = {
    "mean": "各部分的平均数，缺的不计",
    "indicators": "Σ 权重×得分 ÷ Σ 权重，缺的不计",
    "survey": "Σ 主体权重×主体均分 ÷ Σ 有效主体权重",
    "board": "各项指标颜色得分的加权平均",
    "team": "所在单位的总分",
}


def method_rows(scheme: Scheme, inputs: PeriodInputs) -> Iterable[Sequence[str]]:
    """Scheme, version, rounding, components, adjustments, grades; hashes that name the inputs."""
    yield ["办法", f"{scheme.zh}（{scheme.key}），版本 {scheme.version}", ""]
    yield ["计算规则", f"第 {ENGINE} 版；软件版本 {version('gongping')}", ""]
    yield ["周期", CYCLES[scheme.cycle], ""]
    yield ["办法指纹", _named(digest(scheme.model_dump(mode="json"))), ""]
    yield ["数据指纹", _named(digest(inputs)), ""]
    yield ["取舍", "十进制精确计算；每个分项得分和总分四舍五入到四位小数，其他步骤不取舍", ""]
    yield ["次序", "折算 → 分项 → 加权 → 加分 → 扣分 → 总分 → 名次 → 等次 → 处理建议", ""]
    yield ["名次", "类别内 1-2-2-4 排名；同分跨越名额线的，谁也不取，由集体研究决定", ""]
    for name, level in (("单位", scheme), ("人员", scheme.persons)):
        if level is not None:
            yield from _level_rows(name, level)


def _level_rows(name: str, level: Level) -> Iterable[Sequence[str]]:
    for component in level.components:
        yield [f"{name}分项：{component.zh}", _component(level, component), component.article]
    cap = level.bonus.cap
    yield [
        f"{name}加分",
        "不封顶" if cap is None else f"合计不超过 {cap:f} 分",
        level.bonus.article,
    ]
    if level.reverse is not None:
        rule = level.reverse
        words = (
            f"扣 ({rule.threshold:f} − R) × {rule.rate:f}，不超过 {rule.cap:f} 分；"
            f"满 {rule.min_units} 个单位评价才计"
        )
        yield [f"{name}反向测评", words, rule.article]
    for grade in level.grades:
        yield [f"{name}等次：{grade.zh}", _grade(grade), grade.article]
    for fact in level.facts:
        yield [f"{name}事实：{fact.zh}", _effect(level, fact.effect, fact.grade), fact.article]


def _component(level: Level, component: Component) -> str:
    weights = {each.zh: component.weight_in(each.key) for each in level.categories}
    if len(set(weights.values())) == 1:
        weight = _percent(component.weight)
    else:
        weight = "、".join(f"{name} {_percent(share)}" for name, share in weights.items())
    words = f"权重 {weight}；{KINDS[component.kind]}"
    if component.survey is not None:
        survey = component.survey
        points = "、".join(f"{option} {each:f}" for option, each in survey.points.items())
        groups = "、".join(f"{group.zh} {_percent(group.weight)}" for group in survey.groups)
        words += f"；{points}；{groups}；每个主体至少 {survey.min_valid} 张有效票"
    if component.branches:
        branches = "、".join(f"{each.zh} {_percent(each.weight)}" for each in component.branches)
        words += f"；一级指标 {branches}"
    return words


def _grade(grade: Grade) -> str:
    words = [] if grade.minimum is None else [f"不低于 {grade.minimum:f} 分"]
    if grade.quota is not None:
        words.append(_quota(grade.quota))
    return "，".join(words) or "其余"


def _quota(quota: Quota) -> str:
    share = _percent(quota.share or Decimal(0))
    if quota.kind == "band":
        low, high = _percent(quota.low or Decimal(0)), _percent(quota.high or Decimal(0))
        return f"控制在 {low} 至 {high}"
    return {
        "ceiling": f"不超过 {share}（向下取整）",
        "proportion": f"按比例 {share}（最大余数法）",
        "team": "名额为各单位人数 × 该单位等次的评优比例之和（向下取整）",
    }[quota.kind]


def _effect(level: Level, effect: str, grade: str) -> str:
    name = level.grades[level.grade_rank(grade)].zh
    return {
        "cap": f"等次不高于{name}",
        "lower": f"降等，不低于{name}",
        "set": f"定为{name}，不列名次",
    }[effect]


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _named(digest_of: bytes) -> str:
    return f"SHA-256 {digest_of.hex()}"
