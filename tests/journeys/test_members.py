"""Staff rate the members of their leading group with the library's questionnaire, on a phone."""

from playwright.sync_api import expect

from surveys.monitoring.turnout import returned_by_batch
from surveys.questionnaires.library import library
from tests.conftest import NOW
from tests.journeys.browsers import Windows, check_accessible, check_fits, take_picture
from tests.journeys.conftest import Live
from tests.journeys.test_citizen import choose, receipt_number, scan, send
from tests.surveys.members.rated_members import open_vote, set_up

OPTIONS = {"样例甲": "1", "样例乙": "2", "样例丙": "3"}


def test_staff_rate_their_leaders_on_a_phone(windows: Windows, live: Live) -> None:
    with live.database.transaction() as session:
        rated = set_up(session, now=NOW, form=library().questionnaire("mz_member"))
        ring = live.store.create(rated.campaign.id)
        issued = open_vote(session, rated, now=NOW, ring=ring)
        staff = next(each for each in issued if each.batch.group.code == "E")
        targets = {each.id: each.name_zh for each in rated.period.members}
        on_ballot = [targets[target] for target in staff.batch.target_ids]
        campaign_id, staff_batch = rated.campaign.id, staff.batch.id
    page = windows.open("phone")
    scan(page, staff.codes[0])
    posts = page.locator(".card-head .post")
    expect(posts).to_have_count(3)
    expect(posts.filter(has_text="样例一局 · 局长")).to_have_count(1)
    expect(page.locator(".facts")).to_contain_text("3 名成员")
    check_fits(page)
    check_accessible(page)
    take_picture(page, "members-phone-zh")
    for target, name in enumerate(on_ballot):
        choose(page, OPTIONS[name], target=target)
    send(page)
    receipt_number(page)
    with live.database.transaction() as session:
        assert returned_by_batch(session, campaign_id=campaign_id)[staff_batch] == 1
    desk = windows.open("desk", "en")
    scan(desk, staff.codes[1])
    expect(desk.locator(".card-head .post").first).to_be_visible()
    check_accessible(desk)
    take_picture(desk, "members-desk-en")
