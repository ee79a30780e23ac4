"""What each check saw, in Chinese and in English, and how it may be innocent."""

from collections.abc import Callable, Mapping
from typing import Any

from surveys.examining.sayings import Sayings, door, name_of


def _stuffing(s: Sayings) -> tuple[str, str]:
    f, unit = s.facts, s.unit(s.touched[0])
    zh_door, en_door = door(s.finding, s.names)
    but_zh = f"（第 {f['left_out']} 项除外）" if f["left_out"] > 0 else ""
    but_en = f" (item {f['left_out']} aside)" if f["left_out"] > 0 else ""
    zh = (
        f"对{unit}的测评中，来自{zh_door}的 {f['n']} 张票里有 {f['alike']} 张答案完全相同{but_zh}；"
        f"其他来源 {f['n_elsewhere']} 张中相同的只有 {f['alike_elsewhere']} 张。"
        f"按该来源在其他单位的票数，此处预计约 {f['expected']:.1f} 张。"
        "也可能是会场统一组织填写、服务大厅共用设备，或确有一致看法，请核对当时情况。"
    )
    en = (
        f"Of {f['n']} ballots for {unit} from {en_door}, {f['alike']} carry the same"
        f" answers{but_en}; elsewhere {f['alike_elsewhere']} of {f['n_elsewhere']} do. By what came"
        f" that way for other units, about {f['expected']:.1f} ballots were to be expected here."
        " Innocent explanations: a meeting that filled in the form together, a shared terminal in a"
        " service hall, people of one mind."
    )
    return zh, en


def _crowd(s: Sayings) -> tuple[str, str]:
    f = s.facts
    zh_door, en_door = door(s.finding, s.names)
    if "together" in f:
        zh = (
            f"来自{zh_door}的 {f['together']} 张票中有 {f['n']} 张逐项答案彼此一致，"
            f"一致程度是与其他 {f['n_others']} 张票之间的 {s.finding.effect:.2f} 倍。"
        )
        en = (
            f"Of {f['together']} ballots from {en_door}, {f['n']} agree with each other mark by"
            f" mark {s.finding.effect:.2f} times as much as with the other {f['n_others']}."
        )
    else:
        unit = s.unit(s.touched[0])
        zh = (
            f"对{unit}的 {f['n']} 张票集中来自{zh_door}（预计约 {f['expected']:.1f} 张），"
            f"彼此答案的一致程度是与该单位其他 {f['n_others']} 张票之间的"
            f" {s.finding.effect:.2f} 倍。"
        )
        en = (
            f"{f['n']} ballots for {unit} came together from {en_door} (about"
            f" {f['expected']:.1f} were to be expected) and agree with each other"
            f" {s.finding.effect:.2f} times as much as with its other {f['n_others']}."
        )
    zh += "也可能是会场集中填写、办公场所共用网络，请核对当时情况。"
    en += (
        " Innocent explanations: a meeting that filled in the form together, a shared network in"
        " an office or a service hall."
    )
    return zh, en


def _context_shift(s: Sayings) -> tuple[str, str]:
    f, unit = s.facts, s.unit(s.touched[0])
    zh_door, en_door = door(s.finding, s.names)
    zh = (
        f"来自{zh_door}的 {f['n']} 张票给{unit}平均 {f['mean']:.2f} 分；"
        f"该单位其余 {f['n_others']} 张票平均 {f['mean_others']:.2f} 分。"
        f"{_expected(f)[0]}"
        "也可能是这些人确有不同的经历（例如同一件事的当事人），或来自意见不同的群体。"
    )
    en = (
        f"{f['n']} ballots for {unit} came from {en_door} with a mean of {f['mean']:.2f}; its"
        f" other {f['n_others']} average {f['mean_others']:.2f}.{_expected(f)[1]} Innocent"
        " explanations: these people met with something the others did not, or belong to a part"
        " of the public with another opinion."
    )
    return zh, en


def _expected(facts: Mapping[str, Any]) -> tuple[str, str]:
    """How many ballots were to be expected, where that means anything."""
    n = facts["expected"]
    if not n >= 0:
        return "", ""
    return f"此处预计约 {n:.1f} 张票。", f" About {n:.1f} ballots were to be expected here."


def _home_shift(s: Sayings) -> tuple[str, str]:
    f, home, unit = s.facts, s.unit(s.finding.homes[0]), s.unit(s.touched[0])
    up = bool(s.finding.units_lifted)
    size = abs(s.finding.effect)
    zh = (
        f"{home}的 {f['n']} 名测评人给{unit}的评分，比按其一贯尺度和大家公认水平应给的"
        f"{'高' if up else '低'} {size:.2f} 分，其中 {s.n} 人方向一致。"
        "也可能是两单位业务往来密切，或有真实的合作（矛盾）经历。"
    )
    en = (
        f"The {f['n']} raters of {home} mark {unit} {size:.2f} {'above' if up else 'below'} what"
        f" their own scale and everybody's view of it would give; {s.n} of them lean that way."
        " Innocent explanations: close work together, or a real dispute."
    )
    return zh, en


def _reciprocity(s: Sayings) -> tuple[str, str]:
    homes = s.finding.homes
    shifts = s.facts["shifts"]
    mean, low, high = s.finding.effect, min(shifts), max(shifts)
    ring = s.facts["shape"] == "ring"
    chain = [s.unit(k) for k in ((*homes, homes[0]) if ring else homes)]
    who_zh = f"{'→'.join(chain)}依次抬高下一个单位" if ring else f"{'、'.join(chain)}互相抬高"
    who_en = (
        f"{' → '.join(chain)} each lift the next" if ring else f"{', '.join(chain)} lift each other"
    )
    zh = (
        f"{who_zh}：其测评人给对方打满分的情况远多于各自习惯和对方公认水平所能解释，"
        f"评分平均高出 {mean:.2f} 分（各方向 {low:+.2f} 至 {high:+.2f}），共 {s.n} 张票。"
        "也可能是业务往来密切，互相了解更多。"
    )
    en = (
        f"Raters of {who_en}: they give each other full marks far oftener than their own habits and"
        f" everybody's view explain, {mean:.2f} marks above it on average ({low:+.2f} to"
        f" {high:+.2f} by direction), {s.n} ballots. Innocent explanation: they work together and"
        " know each other better."
    )
    return zh, en


def _bloc(s: Sayings) -> tuple[str, str]:
    f = s.facts
    up, down = s.unit(s.finding.units_lifted[0]), s.unit(s.finding.units_sunk[0])
    zh = (
        f"同样 {s.n} 张票一面明显抬高{up}、一面明显压低{down}；若各自独立评分，"
        f"预计只有约 {f['expected']:.1f} 张。也可能是这些人确有共同的看法（例如同一条线上的工作）。"
    )
    en = (
        f"The same {s.n} ballots put {up} far up and {down} far down; about {f['expected']:.1f}"
        " would by chance. Innocent explanation: a shared view, as of people of one line of work."
    )
    return zh, en


def _copied(s: Sayings) -> tuple[str, str]:
    f = s.facts
    original = (
        "另有一张最像原件的票不计在内。",
        " One more, most like the original, is not counted among them.",
    )
    zh = (
        f"{s.n} 张票彼此雷同，超出各人用分习惯所能解释：扣除偶然后的一致程度最高"
        f" {f['likeness']:.2f}（完全相同为 1），而一般的票百对里才有一对超过 {f['usual']:.2f}。"
        f"{original[0]}"
        "也可能是同科室的人商量过后各自填写。"
    )
    en = (
        f"{s.n} ballots are alike beyond what their own uses of the marks explain: agreement beyond"
        f" chance up to {f['likeness']:.2f} (1 for equal ballots), where one pair of ballots in a"
        f" hundred exceeds {f['usual']:.2f}.{original[1]} Innocent explanation: colleagues who"
        " talked it over first."
    )
    return zh, en


def _low_effort(s: Sayings) -> tuple[str, str]:
    zh = (
        f"{s.n} 张票既答得极快（典型用时的 {s.finding.effect:.0%} 左右），"
        "答案又呈规律或与各单位情况无关。"
        "也可能是熟悉情况、早有定见的人。敷衍作答很难准确识别，不宜仅凭此剔除。"
    )
    en = (
        f"{s.n} ballots were answered very fast (about {s.finding.effect:.0%} of the typical time)"
        " and in a pattern or without relation to the units. Innocent explanation: people who had"
        " made up their minds. Careless answers are hard to tell for certain: no reason alone to"
        " leave a ballot out."
    )
    return zh, en


def _careless_share(s: Sayings) -> tuple[str, str]:
    f = s.facts
    zh = (
        f"估计全部 {f['n_ballots']} 张票中约 {f['share']:.1%}（95% 区间 {f['low']:.1%} 至"
        f" {f['high']:.1%}）未经认真阅读：随意勾选约 {f['thrown']:.1%}，通篇同档约"
        f" {f['straight']:.1%}，用时约为认真作答者的 {f['pace']:.0%}。"
        f"其中 {s.n} 张单看也更像敷衍，但其中也会有答得快的认真人；通篇同档或答得快单独都属正常。"
        "此项说明整次测评的质量，不宜据此剔除某一张票。"
    )
    en = (
        f"An estimated {f['share']:.1%} of the {f['n_ballots']} ballots (95% interval"
        f" {f['low']:.1%} to {f['high']:.1%}) were not read: {f['thrown']:.1%} thrown marks,"
        f" {f['straight']:.1%} one mark throughout, in about {f['pace']:.0%} of a reader's time."
        f" {s.n} ballots look so one by one, quick but honest people among them: one mark"
        " throughout, or a short time, is ordinary. This tells how good the data are as a whole;"
        " it is no reason to leave a single ballot out."
    )
    return zh, en


def _long_string(s: Sayings) -> tuple[str, str]:
    zh = f"{s.n} 张票连续勾选同一档的长度，超出其自身各档用法所能解释。真实评价中也常见，仅供参考。"
    en = (
        f"{s.n} ballots hold longer runs of one mark than their own use of the marks explains."
        " Honest ballots do so too: for information only."
    )
    return zh, en


def _random_marking(s: Sayings) -> tuple[str, str]:
    zh = f"{s.n} 张票的答案高低悬殊，与任何人的看法都没有联系。也可能是独立的见解，仅供参考。"
    en = (
        f"{s.n} ballots scatter widely without relation to anybody's view."
        " They may be somebody's independent mind: for information only."
    )
    return zh, en


def _over_issued(s: Sayings) -> tuple[str, str]:
    f = s.facts
    batch = name_of(s.names, "batch", s.finding.context["batch"])
    zh = (
        f"码批次 {batch} 发出 {f['issued']} 个测评码，却收回 {f['held']} 张票。"
        "也可能是发放登记有误，请核对发放记录。"
    )
    en = (
        f"Batch {batch} was issued {f['issued']} codes and holds {f['held']} ballots."
        " Innocent explanation: a slip in the register of issues."
    )
    return zh, en


def _turnout(s: Sayings) -> tuple[str, str]:
    unit, n = s.unit(s.touched[0]), s.facts["batches"]
    zh = (
        f"{unit}的 {n} 个码批次中，回收率越高的批次评分越高"
        f"（每单位对数几率高 {s.finding.effect:.2f} 分）。"
        "也可能是联系紧密的群众既愿意参与、也更满意，仅供参考。"
    )
    en = (
        f"Over {n} batches, the fuller the batch the better its marks for {unit}"
        f" ({s.finding.effect:.2f} marks per logit of turnout). Innocent explanation: people in"
        " close touch both take part and are content. For information only."
    )
    return zh, en


def _divided(s: Sayings) -> tuple[str, str]:
    unit, f = s.unit(s.touched[0]), s.facts
    zh = (
        f"对{unit}的看法分歧较大：{f['n']} 人的评分远低于其一贯尺度，"
        f"一般单位约 {f['expected']:.1f} 人。不同意见是正当的，仅供参考。"
    )
    en = (
        f"Opinion about {unit} is divided: {f['n']} raters mark it far below their own scale, where"
        f" {f['expected']:.1f} would be usual. Dissent is legitimate: for information only."
    )
    return zh, en


def _machine(s: Sayings) -> tuple[str, str]:
    f = s.facts
    if s.touched:
        zh_where, en_where = f"{s.unit(s.touched[0])}的", f"for {s.unit(s.touched[0])}"
    else:
        batch = name_of(s.names, "batch", s.finding.context["batch"])
        zh_where, en_where = f"码批次 {batch} 的", f"of batch {batch}"
    cut, alike = f["cut_ends"] <= 0.05, f["sameness"] <= 0.05
    cut_zh = "，并恰好在这两个秒数上截止，像由程序按固定时限生成" if cut else ""
    cut_en = " and stop short at these two, as a program with fixed limits would make them"
    alike_zh = (
        "各测评项的打分分布又过于一致：真人作答，各项之间总有出入；像由程序按固定比例生成。"
        if alike
        else ""
    )
    alike_en = (
        " Its items hold the same shares of every mark, closer than people's answers come: as a"
        " program fills them to quotas."
    )
    zh = (
        f"{zh_where} {f['n']} 张票的作答用时分布与其他票不同，其中约 {f['share']:.0%} 集中在"
        f" {f['first']} 至 {f['last']} 秒之间{cut_zh}；这里列出用时落在其中的 {s.n} 张。{alike_zh}"
        "也可能是这批人使用同一终端或在同一时限内作答，请核对来源。"
    )
    en = (
        f"The {f['n']} ballots {en_where} were answered in times unlike everybody else's: about"
        f" {f['share']:.0%} of them lie between {f['first']} and {f['last']} seconds"
        f"{cut_en if cut else ''}; {s.n} ballots of such times are listed."
        f"{alike_en if alike else ''} Innocent explanation: one terminal, or one time limit, for"
        " all of these people: look at where they came from."
    )
    return zh, en


def _typed_tallies(s: Sayings) -> tuple[str, str]:
    f = s.facts
    seen, expected, n = f["seen"], f["expected"], f["n"]
    zh, en = {
        "turnout": ("回收率恰为整数百分比的计票处", "places whose turnout is a whole percentage"),
        "best": (
            "最高档占比恰为整数百分比的计票处",
            "places whose best mark has a whole percentage",
        ),
        "digits": ("末位为 0 或 5 的票数", "counts that end in 0 or 5"),
    }[str(f["what"])]
    said_zh = (
        f"{zh}有 {seen} 个（共 {n} 个），按随机计数预计约 {expected:.0f} 个。"
        "也可能是录入时按比例折算或取整，请核对原始计票单。"
    )
    said_en = (
        f"{seen} {en} of {n}, where counting would give about {expected:.0f}. Innocent explanation:"
        " somebody rounded, or reckoned back from shares. Look at the counting sheets."
    )
    return said_zh, said_en


SENTENCES: dict[str, Callable[[Sayings], tuple[str, str]]] = {
    "stuffing": _stuffing,
    "crowd": _crowd,
    "context_shift": _context_shift,
    "home_shift": _home_shift,
    "reciprocity": _reciprocity,
    "bloc": _bloc,
    "copied": _copied,
    "low_effort": _low_effort,
    "careless_share": _careless_share,
    "long_string": _long_string,
    "random_marking": _random_marking,
    "over_issued": _over_issued,
    "turnout": _turnout,
    "divided": _divided,
    "machine": _machine,
    "typed_tallies": _typed_tallies,
}
