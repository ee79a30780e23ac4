"""What a finding's numbers mean: the statistic, what chance would be, the size of the effect."""

from dataclasses import dataclass

from surveys.examining.charts import Words


@dataclass(frozen=True)
class Meaning:
    """Words for one check's numbers."""

    statistic: Words
    null: Words
    effect: Words


_EXCHANGE = Words(
    "该单位的票与来源无关：把票在各来源之间任意调换，结果同样可能",
    "a unit's ballots are exchangeable among the sources they came through",
)
_HOMES = Words(
    "同一测评主体内，评价人与其所在单位无关",
    "within a rater group it does not matter which unit a rater belongs to",
)
_SCORE = Words("检验统计量 z", "test statistic z")

MEANINGS: dict[str, Meaning] = {
    "stuffing": Meaning(
        Words("同一来源中答案相同的票数", "ballots of the source with the same answers"),
        _EXCHANGE,
        Words("相同答案的比例是别处的几倍", "share of the same answers over that elsewhere"),
    ),
    "crowd": Meaning(
        _SCORE,
        _EXCHANGE,
        Words("彼此一致程度是与别人的几倍", "agreement with each other over that with others"),
    ),
    "context_shift": Meaning(
        _SCORE, _EXCHANGE, Words("与其余票的平均分之差", "mean mark less that of the others")
    ),
    "home_shift": Meaning(
        _SCORE, _HOMES, Words("高于（低于）公认水平的分数", "marks above the consensus")
    ),
    "reciprocity": Meaning(
        _SCORE, _HOMES, Words("互评高于公认水平的分数", "marks above the consensus, on average")
    ),
    "bloc": Meaning(
        _SCORE,
        Words("每人对各单位的好恶与别人无关", "raters' likes and dislikes are unconnected"),
        Words("一抬一压相差的分数", "marks between the unit lifted and the one sunk"),
    ),
    "copied": Meaning(
        Words(
            "最相像两张票“一张抄自另一张”与“互不相干”之比的自然对数",
            "log likelihood ratio of the likest pair: one copied from the other, or no connection",
        ),
        Words(
            "各人按自己的用分习惯独立填写",
            "everybody filled in a form alone, in their own use of the marks",
        ),
        Words(
            "超出偶然的一致程度（κ）的中位数",
            "median agreement beyond chance (κ)",
        ),
    ),
    "low_effort": Meaning(
        Words("涉及票数", "ballots concerned"),
        Words(
            "用时与答案符合本次活动多数票的分布",
            "times and answers as of the bulk of this campaign",
        ),
        Words("用时为典型用时的几分之几", "time over the typical time"),
    ),
    "careless_share": Meaning(
        Words("对数似然比", "log likelihood ratio"),
        Words("没有人敷衍作答", "nobody answered without reading"),
        Words("估计的敷衍作答占比", "estimated share of careless ballots"),
    ),
    "long_string": Meaning(
        Words("涉及票数", "ballots concerned"),
        Words("每张票内各行次序任意", "the rows of a ballot stand in any order"),
        Words("p 值的中位数", "median p-value"),
    ),
    "random_marking": Meaning(
        Words("涉及票数", "ballots concerned"),
        Words("答案出自认真阅读的人", "the answers are those of readers"),
        Words("p 值的中位数", "median p-value"),
    ),
    "over_issued": Meaning(
        Words("多出的票数", "ballots beyond the codes issued"),
        Words("计数，非推断", "counted, not inferred"),
        Words("收回与发出之比", "held over issued"),
    ),
    "turnout": Meaning(
        Words("斜率", "slope"),
        Words("回收率与评分无关", "turnout and marks are unconnected"),
        Words("每单位对数几率的分数", "marks per logit of turnout"),
    ),
    "divided": Meaning(
        Words("标准化的超额人数", "standardised excess of raters"),
        Words("分歧与一般单位相同", "as much division as about other units"),
        Words("人数之比", "ratio of raters"),
    ),
    "machine": Meaning(
        Words("证据强度 -lg p", "evidence, -log10 p"),
        Words("各档比例与用时如常人所填", "shares and times as people make them"),
        Words("用时分布的最大差距", "largest distance between the times"),
    ),
    "typed_tallies": Meaning(
        _SCORE,
        Words("计数末位与百分比没有偏好", "no preference for round counts or percentages"),
        Words("实际与预期之比", "seen over expected"),
    ),
}
