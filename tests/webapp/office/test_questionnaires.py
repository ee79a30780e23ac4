"""The shelf, the builder, the trial: with pages alone, as without a script."""

from decimal import Decimal
from io import BytesIO

import pytest
from markupsafe import escape
from sqlalchemy import select

from surveys.database.engine import Database
from surveys.models import QuestionnaireVersion, Role
from surveys.questionnaires.exchange.json_files import write_json
from surveys.questionnaires.library import library
from surveys.questionnaires.versions import content_of, freeze_version
from surveys.setup.questionnaires import (
    Condition,
    Item,
    ItemKind,
    QuestionnaireContent,
    Quota,
    Section,
)
from surveys.setup.words import Words
from tests.conftest import NOW
from tests.webapp.conftest import Browser, SignIn
from tests.webapp.office.form_pages import fields_of

SHELF = "/office/questionnaires"
CITIZEN = library().questionnaire("gr_citizen")


@pytest.fixture
def organizer(sign_in: SignIn) -> Browser:
    return sign_in(Role.ORGANIZER)


@pytest.fixture
def page(organizer: Browser) -> str:
    """The address of a draft taken from the library."""
    return organizer.post_form(SHELF, {"source": "gr_citizen"}).location


def stored(database: Database, page: str) -> QuestionnaireContent:
    """What the draft holds."""
    with database.transaction() as session:
        return content_of(session.get_one(QuestionnaireVersion, int(page.rsplit("/", 1)[1])))


def every_kind(seed: int) -> QuestionnaireContent:
    """A form with an item of each kind, with uneven numbers."""
    weights = iter([Decimal("33.3"), Decimal("16.7"), Decimal(25), Decimal(25)])
    options = CITIZEN.items[0].options
    own = {ItemKind.CHOICE, ItemKind.SEVERAL, ItemKind.RANKING}
    scored = (ItemKind.RATING, ItemKind.NUMBER, ItemKind.YES_NO)
    items = [
        Item(
            code=f"K{place}",
            kind=kind,
            text=Words(zh=f"题“{place}”<&>", en="Item", ug="سوئال"),
            weight=next(weights) if kind in scored else Decimal(0),
            options=options if kind in own else (),
            required=kind is not ItemKind.NOTE and (place + seed) % 2 == 0,
            low=seed if kind is ItemKind.NUMBER else 0,
            high=10 if kind is ItemKind.NUMBER else 0,
            most=2 if kind in own - {ItemKind.CHOICE} else 0,
            max_length=80 if kind is ItemKind.COMMENT else 0,
            section="S1" if place > 3 else "",
        )
        for place, kind in enumerate(ItemKind)
    ]
    items.append(items[0].model_copy(update={"code": "L", "weight": next(weights)}))
    later = Condition(item="K1", values=(1, 3), negated=bool(seed % 2))
    items[-1] = items[-1].model_copy(update={"show_if": (later,), "section": "S1"})
    uneven = CITIZEN.options[1].model_copy(update={"points": Decimal("66.6")})
    return CITIZEN.model_copy(
        update={
            "code": f"kinds{seed}",
            "title": Words(zh="各种题型", ug="ھەممىسى"),
            "options": (CITIZEN.options[0], uneven, *CITIZEN.options[2:]),
            "items": tuple(items),
            "sections": (Section(code="S1", title=Words(zh="第二部分")),),
            "quota": Quota(option=1, share=Decimal("0.333"), item="K0"),
            "most_targets": 7 * seed,
            "random_order": seed > 1,
        }
    )


def press(browser: Browser, page: str, act: str, **changes: object) -> str:
    """Change fields of the builder and press one of its buttons."""
    fields = fields_of(browser.get(page).text, "build")
    data = {**fields, **{name.replace("__", "."): text for name, text in changes.items()}}
    answer = browser.post(page, data={**data, "act": act})
    if answer.status_code == 302:
        return browser.get(answer.location).text
    return answer.text


def test_a_copy_from_the_library_is_a_draft(database: Database, page: str) -> None:
    assert stored(database, page) == CITIZEN


def test_saving_without_a_change_changes_nothing(
    database: Database, organizer: Browser, page: str
) -> None:
    assert "Saved." in press(organizer, page, "save")
    assert stored(database, page) == CITIZEN


@pytest.mark.parametrize("form", library().questionnaires, ids=lambda form: form.code)
def test_every_questionnaire_of_the_library_survives_the_builder(
    database: Database, organizer: Browser, form: QuestionnaireContent
) -> None:
    page = organizer.post_form(SHELF, {"source": form.code}).location
    press(organizer, page, "save")
    assert stored(database, page) == form


@pytest.mark.parametrize("seed", range(4))
def test_no_kind_of_item_loses_anything_in_the_builder(
    database: Database, organizer: Browser, seed: int
) -> None:
    form = every_kind(seed)
    file = (BytesIO(write_json(form)), "form.json")
    page = organizer.post_form(SHELF, {"file": file}).location
    press(organizer, page, "save")
    assert stored(database, page) == form


def test_words_are_edited(database: Database, organizer: Browser, page: str) -> None:
    press(organizer, page, "save", title__zh="群众评价表", item__1__en="Manners")
    content = stored(database, page)
    assert content.title.zh == "群众评价表"
    assert content.items[1].text.en == "Manners"


@pytest.mark.parametrize("kind", [kind.value for kind in ItemKind])
def test_an_item_of_each_kind_is_added(
    database: Database, organizer: Browser, page: str, kind: str
) -> None:
    press(organizer, page, "add", new_kind=kind)
    assert stored(database, page).items[-1].kind == kind
    assert "Saved." in press(organizer, page, "save")


def test_items_are_moved_and_deleted(database: Database, organizer: Browser, page: str) -> None:
    press(organizer, page, "down:1")
    assert [item.code for item in stored(database, page).items][:3] == ["C1", "C3", "C2"]
    press(organizer, page, "up:2")
    press(organizer, page, "delete:0")
    content = stored(database, page)
    assert [item.code for item in content.items] == ["C2", "C3", "C4", "C5", "C6", "C7", "C8"]
    assert not any(item.show_if for item in content.items)


def test_the_order_that_was_dragged_is_saved(
    database: Database, organizer: Browser, page: str
) -> None:
    press(organizer, page, "save", item__1__order="2", item__2__order="1")
    assert [item.code for item in stored(database, page).items][:3] == ["C1", "C3", "C2"]


def test_a_button_means_its_own_item_also_after_dragging(
    database: Database, organizer: Browser, page: str
) -> None:
    press(organizer, page, "delete:1", item__1__order="3", item__2__order="1", item__3__order="2")
    codes = [item.code for item in stored(database, page).items]
    assert codes == ["C1", "C3", "C4", "C5", "C6", "C7", "C8"]


def test_a_filled_blank_row_is_one_more_answer(
    database: Database, organizer: Browser, page: str
) -> None:
    press(organizer, page, "save", scale__5__zh="说不清", scale__0__zh="")
    labels = [option.label.zh for option in stored(database, page).options]
    assert labels == ["比较满意", "一般", "不满意", "不了解", "说不清"]


def test_a_scale_is_taken_from_the_library(
    database: Database, organizer: Browser, page: str
) -> None:
    press(organizer, page, "scale", new_scale="service5")
    assert stored(database, page).options == library().scale("service5").options


def test_a_third_language_gets_fields(database: Database, organizer: Browser, page: str) -> None:
    press(organizer, page, "save", languages="ug", title__ug="سوئالنامە")
    assert stored(database, page).title.further == {"ug": "سوئالنامە"}
    assert 'name="item.0.ug"' in organizer.get(page).text


def test_what_is_not_understood_is_named_and_the_rest_is_saved(
    database: Database, organizer: Browser, page: str
) -> None:
    text = press(organizer, page, "save", item__1__weight="much", title__en="Kept")
    assert "item.1.weight" in text
    assert stored(database, page).title.en == "Kept"


def test_faults_and_warnings_stand_on_the_page(organizer: Browser, page: str) -> None:
    text = press(organizer, page, "save", item__1__weight="10")
    assert "The weights of the items sum to 95, not to 100." in text
    assert "joins two questions" in text
    assert "not ready" in text


def test_an_older_page_does_not_undo_a_newer_edit(
    database: Database, organizer: Browser, page: str
) -> None:
    old = fields_of(organizer.get(page).text, "build")
    press(organizer, page, "save", title__en="Newer")
    answer = organizer.post(page, data={**old, "title.en": "Older", "act": "save"})
    assert answer.status_code == 409
    assert stored(database, page).title.en == "Newer"


@pytest.mark.parametrize("name", ["questionnaire.json", "xlsform.xlsx", "office.xlsx"])
def test_a_file_comes_back_the_same(
    database: Database, organizer: Browser, page: str, name: str
) -> None:
    data = organizer.get(f"{page}/{name}").data
    organizer.post_form(f"{page}/discard", page=page)
    answer = organizer.post_form(SHELF, {"file": (BytesIO(data), name)})
    assert stored(database, answer.location) == CITIZEN


def test_a_file_that_is_no_questionnaire_is_answered_calmly(organizer: Browser) -> None:
    answer = organizer.post_form(SHELF, {"file": (BytesIO(b"{}"), "x.json")})
    assert answer.status_code == 422
    assert "No questionnaire was found in this file" in answer.text


def test_an_unknown_key_of_a_file_is_named(organizer: Browser) -> None:
    data = write_json(CITIZEN).replace(b'"weight"', b'"wieght"', 1)
    answer = organizer.post_form(SHELF, {"file": (BytesIO(data), "x.json")})
    assert answer.status_code == 422
    assert "A key that is known here" in answer.text


def test_a_draft_is_tried_and_the_trial_wiped(organizer: Browser, page: str) -> None:
    trial, paper = f"{page}/trial", f"{page}/trial/paper"
    fields = {f"a0_{item}": "2" for item in range(7)} | {"a0_0": "1"}
    wrong = organizer.post_form(trial, {"a0_0": "1"}, page=paper)
    assert wrong.status_code == 422
    assert "Everything you ticked is still there." in wrong.text
    assert 'name="a0_0" value="1" checked' in wrong.text
    assert organizer.post_form(trial, dict(fields), page=paper).status_code == 302
    assert "1 trial ballot" in organizer.get(trial).text
    organizer.post_form(f"{trial}/wipe", page=trial)
    assert "0 trial ballots" in organizer.get(trial).text


def test_a_trial_changes_its_language_and_keeps_the_answers(organizer: Browser, page: str) -> None:
    text = organizer.post_form(
        f"{page}/trial", {"a0_0": "1", "language": "zh"}, page=f"{page}/trial/paper"
    ).text
    assert '<html lang="zh-CN"' in text
    assert 'name="a0_0" value="1" checked' in text


@pytest.mark.parametrize("form", library().questionnaires, ids=lambda form: form.code)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_preview_is_the_page_that_voters_meet(
    organizer: Browser, form: QuestionnaireContent, language: str
) -> None:
    address = f"{SHELF}/library/{form.code}/paper?language={language}"
    single, several = (organizer.get(f"{address}&units={n}").text for n in (1, 3))
    assert 'class="ballot one"' in single
    assert 'class="ballot many' in several
    assert single.count(' id="i-a') == len(form.answered_items)
    assert several.count(' id="i-a') == 3 * len(form.answered_items)
    assert str(escape(form.title.in_language(language))) in single


def test_a_preview_is_framed_by_our_own_pages_alone(organizer: Browser, page: str) -> None:
    policies = {
        address: organizer.get(address).headers["Content-Security-Policy"]
        for address in (page, f"{page}/paper", "/office")
    }
    assert "frame-src 'self'" in policies[page]
    assert "frame-ancestors 'none'" in policies[page]
    assert "frame-ancestors 'self'" in policies[f"{page}/paper"]
    assert "frame-src" not in policies[f"{page}/paper"]
    assert "frame-src" not in policies["/office"]


@pytest.mark.parametrize("kind", [ItemKind.CHOICE, ItemKind.NUMBER, ItemKind.YES_NO])
def test_a_cap_counts_on_an_item_with_a_scale_of_its_own(
    database: Database, organizer: Browser, kind: ItemKind
) -> None:
    page = organizer.post_form(SHELF, {"file": (BytesIO(write_json(every_kind(2))), "x.json")})
    code = f"K{list(ItemKind).index(kind)}"
    press(organizer, page.location, "save", quota__share="20", quota__option=f"{code}.2")
    press(organizer, page.location, "save")
    capped = Quota(option=2, share=Decimal("0.2"), item=code)
    assert stored(database, page.location).quota == capped
    preview = organizer.get(f"{page.location}/paper?units=3&language=en").text
    place = stored(database, page.location).answered_items.index(
        next(item for item in stored(database, page.location).items if item.code == code)
    )
    assert f'data-quota-item="{place}"' in preview


def test_a_draft_full_of_faults_is_previewed_all_the_same(
    database: Database, organizer: Browser
) -> None:
    page = organizer.post_form(SHELF, {}).location
    press(organizer, page, "add", new_kind="ranking")
    text = press(organizer, page, "save", quota__share="30", quota__option="1")
    assert "not ready" in text
    assert organizer.get(f"{page}/paper?units=3").status_code == 200


def test_a_frozen_version_shows_its_fingerprint_and_begins_the_next(
    database: Database, organizer: Browser, page: str
) -> None:
    with database.transaction() as session:
        frozen = freeze_version(session, content=CITIZEN, now=NOW)
        digest = (frozen.sha256 or b"").hex()
    text = organizer.get(page).text
    assert digest in text
    assert 'name="act"' not in text
    following = organizer.post_form(f"{page}/edit", page=page).location
    assert following != page
    with database.transaction() as session:
        versions = session.scalars(select(QuestionnaireVersion.version)).all()
    assert sorted(versions) == [1, 2]


def test_an_auditor_reads_and_does_not_build(sign_in: SignIn, page: str) -> None:
    auditor = sign_in(Role.AUDITOR)
    text = auditor.get(page).text
    assert "Preview" in text
    assert 'name="act"' not in text
    assert auditor.post(page, data={"act": "save"}).status_code in {400, 403}
