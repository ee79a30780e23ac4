"""Ballots on paper: the questionnaire laid out for ticking, with each code, or a place for it."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from sqlalchemy.orm import Session

from surveys.errors import Conflict
from surveys.issuing.crockford import ALPHABET
from surveys.issuing.paper_items import (
    PaperWords,
    column_data,
    in_table,
    item_data,
    legends,
    meanings,
    quota_data,
)
from surveys.issuing.paper_marks import PaperMarks, PaperPlaces
from surveys.issuing.pdf_pages import Original, PdfPages, Target
from surveys.issuing.sheets import SheetOrder, group_colour, qr_table, target_names
from surveys.issuing.slip_marks import FONT
from surveys.models import Batch
from surveys.setup.questionnaires import Item, QuestionnaireContent
from surveys.typesetting import CODE_FONT, FONTS, typeset

# Millimetres of a wide page that columns may share, beside the names.
NAMES_WIDTH: Final = 58
TABLE_WIDTH: Final = 273 - NAMES_WIDTH
BOX_WIDTH: Final = 5.2
LEAST_COLUMN: Final = 24
# QR symbols that are drawn at a time.
AT_ONCE: Final = 200
DIGITS_OF_FINGERPRINT: Final = 12


@dataclass(frozen=True)
class PaperForm:
    """The ballot of one batch, without a code.

    Parameters
    ----------
    language : of the instructions, and of the form where it has words in it: "zh" or "en"
    drawn : whether codes are drawn into it; else there is a place to stick one
    """

    batch: Batch
    content: QuestionnaireContent
    targets: Sequence[tuple[str, str]]
    language: str
    drawn: bool

    @property
    def wide(self) -> bool:
        """Whether several units stand on it, in tables."""
        return len(self.targets) > 1

    @property
    def names(self) -> list[str]:
        """Of those rated, in the order of the ballot."""
        return [zh if self.language == "zh" else en or zh for zh, en in self.targets]

    @property
    def places(self) -> PaperPlaces:
        """Where codes stand."""
        return PaperPlaces(wide=self.wide)


def blank_paper(session: Session, *, batch: Batch, language: str = "zh") -> bytes:
    """The paper ballot of a batch with a place for the code of a slip; it holds no secret.

    Raises
    ------
    Conflict : ``poster_on_paper``: who votes with an open code does so by telephone
    """
    return typeset_form(paper_form(session, batch=batch, language=language, drawn=False))


def write_papers(
    target: Target,
    *,
    session: Session,
    batch: Batch,
    order: SheetOrder,
    language: str = "zh",
    told: Callable[[int], None] = lambda _n: None,
) -> None:
    """Write one paper ballot for each code, piece by piece.

    Parameters
    ----------
    told : now and then, how many ballots more are written

    Raises
    ------
    Conflict : as `blank_paper`
    """
    form = paper_form(session, batch=batch, language=language, drawn=True)
    original = Original(typeset_form(form))
    pages = PdfPages(original, target)
    font = original.only_font(-1)
    # The last page only brings the letters of codes along.
    stencils = [
        pages.stencil(page, font=font, name=FONT) for page in range(len(original.pages) - 1)
    ]
    table = qr_table(order.base_url, order.in_path)
    marks = PaperMarks(form.places, table.side, original.glyphs(font))
    for start in range(0, len(order.codes), AT_ONCE):
        codes = order.codes[start : start + AT_ONCE]
        for code, symbol in zip(codes, table.symbols(codes), strict=True):
            pages.draw(stencils[0], marks.first(code, symbol))
            for stencil in stencils[1:]:
                pages.draw(stencil, marks.later(code))
        told(len(codes))
    pages.finish()


def paper_pdf(session: Session, *, batch: Batch, order: SheetOrder, language: str = "zh") -> bytes:
    """As `write_papers`, in one piece."""
    whole = BytesIO()
    write_papers(whole, session=session, batch=batch, order=order, language=language)
    return whole.getvalue()


def paper_form(session: Session, *, batch: Batch, language: str, drawn: bool) -> PaperForm:
    """The form of a batch; who votes with an open code has none."""
    if batch.open_code:
        raise Conflict("poster_on_paper")
    targets = target_names(session, batch)
    return PaperForm(batch, form_content(batch), targets, language, drawn)


def form_content(batch: Batch) -> QuestionnaireContent:
    """The questionnaire of a batch: that of the campaign's manifest, once voting is open."""
    campaign = batch.campaign
    said = campaign.manifest["questionnaire"] if campaign.manifest else None
    return QuestionnaireContent.model_validate(said or campaign.questionnaire.content)


def typeset_form(form: PaperForm) -> bytes:
    """The PDF of one ballot, and where codes are drawn a page with their letters."""
    return typeset("surveys.issuing", "paper_form.typ", form_data(form))


def form_data(form: PaperForm) -> dict[str, Any]:
    """What the template says."""
    campaign, group, content = form.batch.campaign, form.batch.group, form.content
    english = form.language == "en"
    unit = "" if form.wide else form.names[0]
    words = PaperWords(content, form.language, unit)
    tables, comments, lines = divided(words, form)
    in_tables = [item for part in tables for item in part]
    sections = {each.code: words.say(each.title) for each in content.sections}
    county, name = (
        (campaign.period.county_en, campaign.name_en)
        if english
        else (campaign.period.county_zh, campaign.name_zh)
    )
    return {
        "language": form.language,
        "title": f"{county} {name}",
        "office": campaign.period.county_zh,
        "sample": campaign.period.sample,
        "fonts": list(FONTS),
        "code_font": CODE_FONT,
        "letters": f"{ALPHABET[0]} {ALPHABET[1:]}",
        "group": {
            "name": group.name_en if english else group.name_zh,
            "colour": group_colour(group),
        },
        "batch": form.batch.id,
        "fingerprint": fingerprint(content),
        "wide": form.wide,
        "drawn": form.drawn,
        "place": {"width": form.places.place_width, "height": form.places.place_height},
        "later": {"width": form.places.later_width},
        "heading": words.say(content.title),
        "subject": unit,
        "intro": words.say(content.intro),
        "instructions": instructions(words, form),
        "targets": form.names,
        "name-width": NAMES_WIDTH,
        "meanings": meanings(words, in_tables),
        "legends": legends(words, in_tables),
        "quota": quota_words(words, len(form.targets)),
        "tables": [
            {
                "columns": [
                    {**column_data(words, item), "width": width_of(words, item)} for item in part
                ]
            }
            for part in tables
        ],
        "comments": [item_data(words, item) for item in comments],
        "lines": [
            {**item_data(words, item), "section": sections.get(item.section, "")} for item in lines
        ],
    }


def divided(words: PaperWords, form: PaperForm) -> tuple[list[list[Item]], list[Item], list[Item]]:
    """The items that stand in tables, each as wide as a page at most; comments; those in lines."""
    items = form.content.items
    if not form.wide:
        return [], [], list(items)
    tables: list[list[Item]] = []
    room = 0.0
    for item in items:
        if not in_table(form.content, item):
            continue
        width = width_of(words, item)
        if width > room:
            tables.append([])
            room = TABLE_WIDTH
        tables[-1].append(item)
        room -= width
    comments = list(form.content.comments)
    placed = [item for part in tables for item in part] + comments
    return tables, comments, [item for item in items if item not in placed]


def width_of(words: PaperWords, item: Item) -> float:
    """Millimetres that a column needs."""
    return max(BOX_WIDTH * len(column_data(words, item)["boxes"]) + 3, LEAST_COLUMN)


def instructions(words: PaperWords, form: PaperForm) -> str:
    """How it is filled in."""
    if words.language == "en":
        where = "the box of the number that means it" if form.wide else "the box before it"
        age = " Only for people of 16 or older." if form.batch.group.asks_age else ""
        return (
            f"Put a tick (√) into {where}, with a dark pen; one tick for each item unless it says "
            "otherwise. To correct, cross the wrong box out. Write no name and no other mark. "
            f"One code, one ballot: whoever votes with this code by telephone does not hand in "
            f"this sheet.{age}"
        )
    where = "对应数字的方格内" if form.wide else "选项前的方格内"
    age = "本表由年满16周岁的人员填写。" if form.batch.group.asks_age else ""
    return (
        f"请用深色笔在{where}打“√”，除另有说明外每题只选一项；填错的，把该方格涂黑后另选。"
        "不记名，请勿署名或作其他记号。一码一票：已用此码在手机上测评的，不再交本表。" + age
    )


def quota_words(words: PaperWords, n_targets: int) -> str:
    """How many may get the best mark."""
    quota = quota_data(words, n_targets)
    if quota is None:
        return ""
    number, option, limit = quota["number"], quota["option"], quota["limit"]
    if words.language == "en":
        return f'For no. {number}, at most {limit} of {n_targets} may get "{option}".'
    return f"第{number}题评为“{option}”的不超过{limit}个（共{n_targets}个），超过的整张票无法录入。"


def fingerprint(content: QuestionnaireContent) -> str:
    """Tells forms apart: whoever keys in sees whether it is the one that was printed."""
    said = json.dumps(content.model_dump(mode="json"), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()[:DIGITS_OF_FINGERPRINT]
