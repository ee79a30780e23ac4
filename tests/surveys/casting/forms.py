"""The questionnaires of the tests: one for each kind, as an office would freeze them."""

from decimal import Decimal

from surveys.setup.questionnaires import (
    Condition,
    Item,
    ItemKind,
    Option,
    QuestionnaireContent,
    Quota,
    Section,
)
from surveys.setup.words import Words


def _words(zh: str, en: str) -> Words:
    return Words(zh=zh, en=en)


def _option(code: str, zh: str, en: str, points: int | None) -> Option:
    return Option(
        code=code,
        label=_words(zh, en),
        points=None if points is None else Decimal(points),
        dont_know=points is None,
    )


def _rating(
    code: str, weight: int, zh: str, en: str, *, show_if: tuple[Condition, ...] = ()
) -> Item:
    return Item(code=code, text=_words(zh, en), weight=Decimal(weight), show_if=show_if)


def _comment(
    code: str, max_length: int, zh: str, en: str, *, show_if: tuple[Condition, ...] = ()
) -> Item:
    return Item(
        code=code,
        kind=ItemKind.COMMENT,
        text=_words(zh, en),
        max_length=max_length,
        show_if=show_if,
    )


# Who only heard of the unit is asked the overall item alone, who does not know it nothing.
_DEALT_WITH = (Condition(item="C1", values=(3, 4), negated=True),)
_HEARD_OF = (Condition(item="C1", values=(4,), negated=True),)


_GOOD_TO_POOR = (
    _option("H", "好", "Good", 100),
    _option("JH", "较好", "Fairly good", 85),
    _option("YB", "一般", "Average", 70),
    _option("JC", "较差", "Poor", 50),
)

DEMOCRATIC = QuestionnaireContent(
    code="mz_team",
    kind="democratic",
    title=_words("领导班子民主测评表", "Democratic evaluation of a leading group"),
    intro=_words(
        "本表为无记名测评。请根据您了解的情况，在每一项选择一个选项；确实不了解的请选“不了解”，不计入得分。",
        "This ballot carries no name. Choose one option for each item from what you know. "
        "If you do not know, choose “Don't know”: it is not counted.",
    ),
    options=(*_GOOD_TO_POOR, _option("BLJ", "不了解", "Don't know", None)),
    items=(
        _rating(
            "T1",
            15,
            "政治思想建设：贯彻上级决策部署、理论学习、民主集中制",
            "Political and ideological work: carrying out decisions from above, study, "
            "collective decision-making",
        ),
        _rating(
            "T2",
            15,
            "领导能力：科学决策、统筹协调、攻坚克难、依法办事",
            "Leadership: sound decisions, coordination, solving hard problems, acting by law",
        ),
        _rating(
            "T3",
            35,
            "工作实绩：完成年度目标和重点任务，解决群众实际问题",
            "Results: yearly goals, key tasks, real problems of the public solved",
        ),
        _rating(
            "T4",
            15,
            "党风廉政建设：廉洁自律、选人用人公道、监督到位",
            "Integrity: clean conduct, fair appointments, effective supervision",
        ),
        _rating(
            "T5",
            20,
            "作风建设：联系群众、务实高效、不搞形式主义",
            "Working style: close to the public, practical and quick, no empty formality",
        ),
        _rating("T0", 0, "总体评价", "Overall"),
        _comment(
            "TC",
            200,
            "意见建议（可不填，200字以内；请不要写姓名等个人信息）",
            "Comments (optional, up to 200 characters; no names please)",
        ),
    ),
    quota=Quota(option=1, share=Decimal("0.30")),
)

RECOGNITION = QuestionnaireContent(
    code="gr",
    kind="recognition",
    title=_words("公认度测评问卷", "Public recognition questionnaire"),
    intro=_words(
        "您好！请您对{单位}这一年的工作作个评价。共8题，约1分钟。不需要姓名和手机号，答案只作汇总统计。"
        "满16周岁方可参加。",
        "Hello! Please rate this year's work of {unit}. 8 questions, about one minute. No name, no "
        "phone number; answers are only used in totals. Please take part only if you are 16 or "
        "older.",
    ),
    options=(
        _option("MY", "满意", "Satisfied", 100),
        _option("BM", "比较满意", "Fairly satisfied", 80),
        _option("YB", "一般", "Neutral", 60),
        _option("BMY", "不满意", "Dissatisfied", 0),
        _option("BLJ", "不了解", "Don't know", None),
    ),
    items=(
        Item(
            code="C1",
            kind=ItemKind.CHOICE,
            text=_words(
                "过去一年，您和{单位}打过交道吗？", "In the past year, have you dealt with {unit}?"
            ),
            options=(
                Option(code="1", label=_words("办过事", "Had something done there"), points=None),
                Option(
                    code="2",
                    label=_words("找过或接到过", "Contacted or was contacted"),
                    points=None,
                ),
                Option(code="3", label=_words("只是听说过", "Only heard of it"), points=None),
                Option(
                    code="4", label=_words("不了解", "Don't know it"), points=None, dont_know=True
                ),
            ),
        ),
        _rating("C2", 15, "服务态度", "How they treat people", show_if=_DEALT_WITH),
        _rating("C3", 20, "办事效率", "How quickly they get things done", show_if=_DEALT_WITH),
        _rating("C4", 15, "办事公正、依法办事", "Fairness, acting by law", show_if=_DEALT_WITH),
        _rating(
            "C5", 15, "廉洁，不吃拿卡要", "Honesty: no asking for favours", show_if=_DEALT_WITH
        ),
        _rating("C6", 35, "解决群众实际问题的效果", "Real problems solved", show_if=_DEALT_WITH),
        _rating(
            "C7",
            0,
            "总的来说，您对{单位}满意吗？",
            "Overall, are you satisfied with {unit}?",
            show_if=_HEARD_OF,
        ),
        _comment(
            "C8",
            100,
            "您最希望{单位}改进什么？（可不填，100字以内）",
            "What should {unit} improve most? (optional, up to 100 characters)",
            show_if=_DEALT_WITH,
        ),
    ),
)

REVERSE = QuestionnaireContent(
    code="fx",
    kind="reverse",
    title=_words("对考核责任单位的反向测评表", "Reverse evaluation of assessing bodies"),
    intro=_words(
        "本表由被考核单位填写，评价考核责任单位的考核工作。考核得分已封存，您的评价不会影响本单位得分；"
        "评价结果在全部考核结束后以汇总形式公布，少于5个单位的不单独公布。",
        "Filled in by assessed units, about the work of the bodies that assess them. Scores are "
        "already sealed: your answer cannot change your unit's score. Results are published only "
        "in total, after the assessment has closed, and not at all for fewer than 5 units.",
    ),
    options=(*_GOOD_TO_POOR, _option("WJC", "未接触", "No contact", None)),
    items=(
        _rating(
            "R1",
            15,
            "指标设置：科学合理，符合本单位实际",
            "Indicators: sensible, suited to your unit",
        ),
        _rating(
            "R2",
            15,
            "标准公开：评分标准、数据口径事先讲清",
            "Open standards: scoring rules and data definitions explained beforehand",
        ),
        _rating(
            "R3",
            20,
            "评分公正：依据事实打分，不搞人情分、平衡照顾",
            "Fair scoring: by facts, no favours, no sharing-out",
        ),
        _rating(
            "R4",
            15,
            "程序规范：按规定程序、时间开展",
            "Due procedure: by the set steps and dates",
        ),
        _rating(
            "R5",
            15,
            "减轻负担：不重复要材料，不过度留痕，不层层加码",
            "Light burden: no repeated requests for papers, no excess records, no added targets",
        ),
        _rating(
            "R6",
            10,
            "反馈沟通：及时反馈结果，认真处理异议",
            "Feedback: results returned in time, objections handled",
        ),
        _rating(
            "R7",
            10,
            "纪律作风：廉洁、守纪、平等待人",
            "Discipline: clean, correct, respectful",
        ),
        _rating("R0", 0, "总体评价", "Overall"),
        _comment(
            "RC",
            200,
            "具体事例或建议（可不填；请不要写出能认出本单位的细节）",
            "Examples or advice (optional; please leave out details that would identify your unit)",
        ),
    ),
)


def _in_three(zh: str, en: str, ug: str) -> Words:
    return Words(zh=zh, en=en, ug=ug)


def _choice(code: str, zh: str, en: str, ug: str) -> Option:
    return Option(code=code, label=_in_three(zh, en, ug))


# Every kind of item, sections, a note, conditions both ways, and a language from right to left.
EVERY_KIND = QuestionnaireContent(
    code="every",
    kind="recognition",
    title=_in_three("办事体验问卷", "Service questionnaire", "مۇلازىمەت راي سىناش جەدۋىلى"),
    intro=_in_three("请评价{单位}。", "Please rate {unit}.", "{单位} نى باھالاڭ."),
    options=(
        Option(code="MY", label=_in_three("满意", "Satisfied", "رازى"), points=Decimal(100)),
        Option(code="YB", label=_in_three("一般", "Neutral", "ئادەتتىكىچە"), points=Decimal(60)),
        Option(code="BMY", label=_in_three("不满意", "Dissatisfied", "نارازى"), points=Decimal(0)),
        Option(code="BLJ", label=_in_three("不了解", "Don't know", "بىلمەيمەن"), dont_know=True),
    ),
    sections=(
        Section(code="S1", title=_in_three("办事情况", "Your visit", "ئىش بېجىرىش ئەھۋالى")),
    ),
    items=(
        Item(
            code="N1",
            kind=ItemKind.NOTE,
            text=_in_three(
                "只说您自己的经历。",
                "Only what you saw yourself.",
                "پەقەت ئۆز كەچۈرمىشىڭىزنى ئېيتىڭ.",
            ),
        ),
        Item(code="V1", text=_in_three("服务态度", "Manners", "مۇئامىلە"), weight=Decimal(100)),
        Item(
            code="V2",
            kind=ItemKind.YES_NO,
            section="S1",
            text=_in_three("您去过办事大厅吗？", "Have you been to the hall?", "زالغا باردىڭىزمۇ؟"),
            options=(
                _choice("Y", "去过", "Yes", "ھەئە"),
                _choice("N", "没去过", "No", "ياق"),
            ),
        ),
        Item(
            code="V3",
            kind=ItemKind.NUMBER,
            section="S1",
            low=0,
            high=10,
            text=_in_three(
                "等候时间打几分？", "How was the wait, 0 to 10?", "ساقلاشقا قانچە نومۇر؟"
            ),
            show_if=(Condition(item="V2", values=(1,)),),
        ),
        Item(
            code="V4",
            kind=ItemKind.SEVERAL,
            text=_in_three("哪些方面好？", "What was good?", "قايسى تەرەپلەر ياخشى؟"),
            most=2,
            options=(
                _choice("1", "窗口", "Counters", "كۆزنەك"),
                _choice("2", "网上", "Online", "توردا"),
                _choice("3", "电话", "Telephone", "تېلېفون"),
                Option(
                    code="9", label=_in_three("说不清", "Cannot say", "بىلمىدىم"), dont_know=True
                ),
            ),
        ),
        Item(
            code="V5",
            kind=ItemKind.RANKING,
            required=False,
            text=_in_three("先改进哪些？", "What should improve first?", "ئاۋۋال قايسىسى؟"),
            most=2,
            options=(
                _choice("1", "速度", "Speed", "سۈرئەت"),
                _choice("2", "态度", "Manners", "مۇئامىلە"),
                _choice("3", "地点", "Places", "ئورۇن"),
            ),
        ),
        Item(
            code="V6",
            kind=ItemKind.COMMENT,
            max_length=60,
            text=_in_three("想说的话", "Anything else", "باشقا پىكىر"),
        ),
    ),
)
