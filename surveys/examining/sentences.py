"""What each check saw, in Chinese and in English, how it may be innocent, and what to do next."""

from collections.abc import Callable, Mapping
from typing import Any

from surveys.examining.sayings import Sayings, about, counted, door, in_a_row, name_of, was


def _stuffing(s: Sayings) -> tuple[str, str]:
    f, unit = s.facts, s.unit(s.touched[0])
    zh_door, en_door = door(s.finding, s.names)
    but_zh = f"（第 {f['left_out']} 项除外）" if f["left_out"] > 0 else ""
    but_en = f" (item {f['left_out']} aside)" if f["left_out"] > 0 else ""
    zh = (
        f"对{unit}的测评中，来自{zh_door}的 {f['n']:,} 张票里有 {f['alike']:,} 张"
        f"答案完全相同{but_zh}。"
        f"其他来源的 {f['n_elsewhere']:,} 张票中，相同的有 {f['alike_elsewhere']:,} 张。"
        f"按该来源在其他单位的票数，此处预计{about(f['expected']).zh} 张票。"
        "也可能是会场统一组织填写、服务大厅共用设备，或大家看法确实一致。"
        "请核对当时是否集中填写，测评码由谁发放。"
    )
    en = (
        f"{counted(f['n'], 'ballot')} for {unit} came from {en_door}; {f['alike']:,} of them carry"
        f" the same answers{but_en}. From elsewhere came {counted(f['n_elsewhere'], 'ballot')},"
        f" {f['alike_elsewhere']:,} of them with these answers. By what came that way for other"
        f" units, {about(f['expected']).en} would be expected here. It may be innocent: a meeting"
        " that filled in the form together, a shared terminal in a service hall, or people of one"
        " mind. Ask whether people met, and who handed out the codes."
    )
    return zh, en


def _crowd(s: Sayings) -> tuple[str, str]:
    f = s.facts
    zh_door, en_door = door(s.finding, s.names)
    times = f"{s.finding.effect:.1f}"
    if "together" in f:
        zh = (
            f"来自{zh_door}的 {f['together']:,} 张票中有 {f['n']:,} 张逐项答案彼此接近，"
            f"接近程度是与其他 {f['n_others']:,} 张票之间的 {times} 倍。"
        )
        en = (
            f"{counted(f['together'], 'ballot')} came from {en_door}; {f['n']:,} of them agree with"
            f" each other, {times} times as much as with the other"
            f" {counted(f['n_others'], 'ballot')}."
        )
    else:
        unit = s.unit(s.touched[0])
        zh = (
            f"对{unit}的 {f['n']:,} 张票集中来自{zh_door}，预计{about(f['expected']).zh} 张。"
            f"它们的答案彼此接近，接近程度是与该单位其他 {f['n_others']:,} 张票之间的 {times} 倍。"
        )
        en = (
            f"{counted(f['n'], 'ballot')} for {unit} came together from {en_door}, where"
            f" {about(f['expected']).en} would be expected. They agree with each other {times}"
            f" times as much as with the unit's other {counted(f['n_others'], 'ballot')}."
        )
    zh += "也可能是会场集中填写，或办公场所共用网络。请核对当时是否集中填写，该网络由哪些人使用。"
    en += (
        " It may be innocent: a meeting that filled in the form together, or a shared network in an"
        " office or a service hall. Ask whether people met, and who uses that network."
    )
    return zh, en


def _context_shift(s: Sayings) -> tuple[str, str]:
    f, unit = s.facts, s.unit(s.touched[0])
    zh_door, en_door = door(s.finding, s.names)
    zh_expected, en_expected = _expected(f)
    zh = (
        f"来自{zh_door}的 {f['n']:,} 张票给{unit}平均 {f['mean']:.2f} 分；"
        f"该单位其余 {f['n_others']:,} 张票平均 {f['mean_others']:.2f} 分。{zh_expected}"
        "也可能是这些人经历过同一件事，或来自看法不同的群体。请了解这些票的来历。"
    )
    en = (
        f"{counted(f['n'], 'ballot')} for {unit} came from {en_door}. The mean mark there is"
        f" {f['mean']:.2f}; that of the unit's other {counted(f['n_others'], 'ballot')} is"
        f" {f['mean_others']:.2f}.{en_expected} It may be innocent: these people lived through"
        " something the others did not, or belong to a part of the public with another opinion."
        " Find out where these ballots came from."
    )
    return zh, en


def _expected(facts: Mapping[str, Any]) -> tuple[str, str]:
    """How many ballots were to be expected, where that means anything."""
    n = facts["expected"]
    if not n >= 0:
        return "", ""
    told = about(n)
    return f"此处预计{told.zh} 张票。", f" Expected here: {told.en}."


def _home_shift(s: Sayings) -> tuple[str, str]:
    f, home, unit = s.facts, s.unit(s.finding.homes[0]), s.unit(s.touched[0])
    up = bool(s.finding.units_lifted)
    size = abs(s.finding.effect)
    zh = (
        f"{home}有 {f['n']:,} 名测评人评{unit}。平均而言，他们给的分比各自一贯尺度和"
        f"大家公认水平所应给的{'高' if up else '低'} {size:.2f} 分，其中 {s.n:,} 人方向一致。"
        "也可能是两单位业务往来密切，或确有合作、矛盾的经历。"
        "请了解两单位的业务关系，以及是否在同一类别中竞争名次。"
    )
    en = (
        f"{counted(f['n'], 'rater')} of {home} marked {unit}, on average {size:.2f}"
        f" {'above' if up else 'below'} what their own habits and everybody's view of it would"
        f" give; {s.n:,} of them lean that way. It may be innocent: close work together, or a real"
        " dispute. Ask how the two units work together, and whether they compete for a place."
    )
    return zh, en


def _reciprocity(s: Sayings) -> tuple[str, str]:
    homes = s.finding.homes
    shifts = s.facts["shifts"]
    mean, low, high = s.finding.effect, _mark(min(shifts)), _mark(max(shifts))
    ring = s.facts["shape"] == "ring"
    chain = [s.unit(k) for k in ((*homes, homes[0]) if ring else homes)]
    who_zh = f"{'→'.join(chain)}依次抬高下一个单位" if ring else f"{'、'.join(chain)}互相抬高"
    who_en = (
        f"In the ring {' → '.join(chain)} each unit's raters lift the next unit"
        if ring
        else f"The raters of {in_a_row(chain)} lift each other's units"
    )
    range_zh = f"（各方向 {low} 至 {high} 分）" if low != high else ""
    range_en = f" ({low} to {high}, depending on who marks whom)" if low != high else ""
    zh = (
        f"{who_zh}：打满分的情况远多于各自习惯和公认水平所能解释。"
        f"评分平均高出 {mean:.2f} 分{range_zh}，涉及 {s.n:,} 张票。"
        "也可能是业务往来密切、互相更了解。请了解这些单位的工作关系，是否同一系统或合署办公。"
    )
    en = (
        f"{who_en}: full marks are far more frequent than their own habits and everybody's view"
        f" explain. The marks lie {mean:.2f} above that on average{range_en}, on"
        f" {counted(s.n, 'ballot')}. It may be innocent: they work together and know each other"
        " better. Ask how these units work together, and whether they are led or housed together."
    )
    return zh, en


def _mark(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")


def _bloc(s: Sayings) -> tuple[str, str]:
    f = s.facts
    up, down = s.unit(s.finding.units_lifted[0]), s.unit(s.finding.units_sunk[0])
    zh = (
        f"同样 {s.n:,} 张票一面明显抬高{up}、一面明显压低{down}；"
        f"若各自独立评分，预计{about(f['expected']).zh} 张。"
        "也可能是这些人确有共同的看法，例如在同一条线上工作。"
        "请了解这些人的工作关系，以及两单位是否竞争名次。"
    )
    en = (
        f"The same {counted(s.n, 'ballot')} put {up} far up and {down} far down; by chance"
        f" {about(f['expected']).en} would. It may be innocent: a shared view, as of people in one"
        " line of work. Ask what these raters have in common, and whether the two units compete."
    )
    return zh, en


def _copied(s: Sayings) -> tuple[str, str]:
    f = s.facts
    zh = (
        f"{s.n:,} 张票与别的票雷同，超出各人用分习惯所能解释。"
        f"扣除偶然后的一致程度最高 {f['likeness']:.2f}（完全相同为 1），"
        f"一般的票百对里才有一对超过 {f['usual']:.2f}。"
        "另有一张最像原件的票不计在内。"
        "也可能是同科室的人商量过后各自填写。请了解这些人是否一起填写，或由他人代填。"
    )
    en = (
        f"{counted(s.n, 'ballot')} {was(s.n)} found to repeat another, beyond what the raters' own"
        f" use of the marks explains. Agreement beyond chance reaches {f['likeness']:.2f}, where 1"
        f" means equal; only one pair of ballots in a hundred exceeds {f['usual']:.2f}. One more"
        " ballot, the likeliest original, is not counted among them. It may be innocent: colleagues"
        " who talked it over first. Ask whether they filled in the form together, or somebody did"
        " it for them."
    )
    return zh, en


def _low_effort(s: Sayings) -> tuple[str, str]:
    zh = (
        f"{s.n:,} 张票答得极快，约为典型用时的 {s.finding.effect:.0%}；"
        "答案又呈规律，或与各单位情况无关。"
        "也可能是熟悉情况、早有定见的人。敷衍作答很难准确识别，不宜仅凭此剔除。"
        "请先看剔除与否对得分有无影响。"
    )
    en = (
        f"{counted(s.n, 'ballot')} {was(s.n)} filled in very fast, in about {s.finding.effect:.0%}"
        " of the typical time, and either in a pattern or without relation to the units. It may be"
        " innocent: people who had made up their minds. Careless answers are hard to tell for"
        " certain: this alone is no reason to leave a ballot out. See first whether any score"
        " depends on it."
    )
    return zh, en


def _careless_share(s: Sayings) -> tuple[str, str]:
    f = s.facts
    kinds = [
        (zh, en, f[name])
        for name, zh, en in (
            ("thrown", "随意勾选", "random marks"),
            ("straight", "通篇同档", "one mark throughout"),
        )
        if f[name] >= 0.0005
    ]
    parts_zh = "、".join(f"{zh}约占 {part:.1%}" for zh, _, part in kinds)
    parts_en = " and ".join(f"{part:.1%} {en}" for _, en, part in kinds)
    zh = (
        f"估计全部 {f['n_ballots']:,} 张票中约 {f['share']:.1%} 未经认真阅读"
        f"（95% 区间 {f['low']:.1%} 至 {f['high']:.1%}）"
        f"{'：' + parts_zh if parts_zh else ''}。用时约为认真作答者的 {f['pace']:.0%}。"
        f"逐张来看，{s.n:,} 张更像敷衍，其中也会有答得快的认真人；"
        "通篇同档或答得快，单独看都属正常。"
        "此项说明整次测评的质量，不宜据此剔除某一张票。"
        "下次可以缩短测评表，并避免要求大家当场赶着填完。"
    )
    en = (
        f"About {f['share']:.1%} of {counted(f['n_ballots'], 'ballot')} seem not to have been read"
        f" (95% interval {f['low']:.1%} to {f['high']:.1%})"
        f"{': ' + parts_en if parts_en else ''}. They took about {f['pace']:.0%} of a reader's"
        f" time. Looked at one by one, {counted(s.n, 'ballot')} would be more like these than like"
        " a reader's, quick but honest people among them: one mark throughout, or a short time, is"
        " ordinary by itself. This tells how good the data are as a whole; it is no reason to leave"
        " a single ballot out. Next time, shorten the questionnaire, and give people time."
    )
    return zh, en


def _long_string(s: Sayings) -> tuple[str, str]:
    zh = (
        f"{s.n:,} 张票连续勾选同一档的长度，超出其自身各档用法所能解释。"
        "真实评价中也常见，仅供参考，无须处理。"
    )
    en = (
        f"On {counted(s.n, 'ballot')}, one mark runs on longer than the ballot's own use of the"
        " marks explains. Honest ballots do so too: for information only, nothing to decide."
    )
    return zh, en


def _random_marking(s: Sayings) -> tuple[str, str]:
    zh = (
        f"{s.n:,} 张票的答案高低悬殊，与其他人的看法都没有联系。"
        "也可能是独立的见解，仅供参考，无须处理。"
    )
    en = (
        f"On {counted(s.n, 'ballot')}, the marks go up and down without relation to anybody else's"
        " view. This may be an independent mind: for information only, nothing to decide."
    )
    return zh, en


def _over_issued(s: Sayings) -> tuple[str, str]:
    f = s.facts
    batch = name_of(s.names, "batch", s.finding.context["batch"])
    zh = (
        f"码批次 {batch} 发出 {f['issued']:,} 个测评码，却收回 {f['held']:,} 张票。"
        "也可能是发放登记有误。请核对发放记录，查明码单有无复印。"
    )
    en = (
        f"Batch {batch} was issued {counted(f['issued'], 'code')}, but holds"
        f" {counted(f['held'], 'ballot')}. It may be innocent: a slip in the register of issues."
        " Check the register, and whether a sheet of codes was copied."
    )
    return zh, en


def _turnout(s: Sayings) -> tuple[str, str]:
    unit, n = s.unit(s.touched[0]), s.facts["batches"]
    zh = (
        f"{unit}的 {n:,} 个码批次中，回收率越高的批次评分越高："
        f"回收率由 50% 升到 73%，评分约高 {s.finding.effect:.2f} 分。"
        "也可能是联系紧密的群众既愿意参与、也更满意。仅供参考，可以看看高回收率批次由谁组织。"
    )
    en = (
        f"Over {counted(n, 'batch', 'batches')} of {unit}, the fuller a batch, the better its"
        f" marks: by about {s.finding.effect:.2f} where turnout rises from 50% to 73%. It may be"
        " innocent: people in close touch both take part and are content. For information only;"
        " see who organised the fullest batches."
    )
    return zh, en


def _divided(s: Sayings) -> tuple[str, str]:
    unit, f = s.unit(s.touched[0]), s.facts
    zh = (
        f"对{unit}的看法分歧较大：{f['n']:,} 人的评分远低于其一贯尺度，"
        f"一般单位{about(f['expected']).zh} 人。不同意见是正当的，仅供参考，无须处理。"
    )
    en = (
        f"Opinion about {unit} is divided. Far below their own scale it is marked by"
        f" {counted(f['n'], 'rater')}; {about(f['expected']).en} would be usual. Dissent is"
        " legitimate: for information only, nothing to decide."
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
    cut_en = ", and the times stop short at these two, as a program with fixed limits makes them"
    alike_zh = (
        "各测评项的打分分布也过于一致，像由程序按固定比例生成；真人作答，各项之间总有出入。"
        if alike
        else ""
    )
    alike_en = (
        " All items hold the same shares of every mark, as a program fills them to quotas; people's"
        " answers differ more from item to item."
    )
    zh = (
        f"{zh_where} {f['n']:,} 张票的作答用时分布与其他票不同。"
        f"其中约 {f['share']:.0%} 集中在 {f['first']} 至 {f['last']} 秒之间{cut_zh}；"
        f"这里列出用时落在其中的 {s.n:,} 张。{alike_zh}"
        "也可能是这批人使用同一终端，或在同一时限内作答。请核对这些票的来源，测评码发给了谁。"
    )
    en = (
        f"The times of {counted(f['n'], 'ballot')} {en_where} are unlike everybody else's. About"
        f" {f['share']:.0%} of them lie between {f['first']} and {f['last']} seconds"
        f"{cut_en if cut else ''}. Listed here: {counted(s.n, 'ballot')} of such times."
        f"{alike_en if alike else ''} It may be innocent: one terminal, or one time limit, for all"
        " of these people. Find out where these ballots came from, and who had their codes."
    )
    return zh, en


def _typed_tallies(s: Sayings) -> tuple[str, str]:
    f = s.facts
    measure, what, said, places = {
        "turnout": (
            "处",
            "计票",
            "回收率恰为整数百分比",
            "Places whose turnout is a whole percentage",
        ),
        "best": (
            "处",
            "计票",
            "最高档占比恰为整数百分比",
            "Places with a whole percentage of best marks",
        ),
        "digits": ("个", "票数", "末位为 0 或 5", "Counts that end in 0 or 5"),
    }[str(f["what"])]
    usual = about(f["expected"])
    zh = (
        f"{f['n']:,} {measure}{what}中，有 {f['seen']:,} {measure}的{said}；"
        f"如实清点预计{usual.zh} {measure}。"
        "也可能是录入时按比例折算或取整。请核对原始计票单。"
    )
    en = (
        f"{places}: {f['seen']:,} of {f['n']:,}, where plain counting would give {usual.en}."
        " It may be innocent: somebody rounded, or reckoned back from shares. Compare with the"
        " counting sheets."
    )
    return zh, en


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
