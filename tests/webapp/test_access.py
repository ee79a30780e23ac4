"""Who may come."""

import pytest
from flask import Flask

from surveys.models import Role
from tests.webapp.conftest import Browser, SignIn
from webapp.access import UnmarkedView, local_path, require_marks, role


def test_an_unmarked_view_stops_the_start() -> None:
    app = Flask("unmarked", static_folder=None)
    app.add_url_rule("/open", "open", lambda: "anybody")

    with pytest.raises(UnmarkedView, match="open"):
        require_marks(app)


def test_a_mark_without_roles_is_refused() -> None:
    with pytest.raises(ValueError, match="roles"):
        role()


def test_a_page_of_the_office_leads_to_the_login_and_back(client: Browser) -> None:
    answer = client.get("/office?x=1")

    assert answer.status_code == 302
    assert answer.location == "/account/login?next=/office?x%3D1"


def test_a_role_opens_its_pages(sign_in: SignIn) -> None:
    assert sign_in(Role.ORGANIZER).get("/office").status_code == 200


def test_another_role_is_refused(sign_in: SignIn) -> None:
    answer = sign_in(Role.REVIEWER).get("/office")

    assert answer.status_code == 403
    assert "not open to you" in answer.text


def test_a_post_without_login_does_not_come_back_as_a_get(client: Browser) -> None:
    answer = client.post_form("/account/logout", page="/account/login")

    assert answer.status_code == 302
    assert answer.location == "/account/login"


@pytest.mark.parametrize(
    "target",
    [None, "", "office", "//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil"],
)
def test_only_a_path_of_ours_is_followed_after_login(target: str | None) -> None:
    assert local_path(target) is None


def test_a_path_of_ours_is_followed_after_login() -> None:
    assert local_path("/office?period=1") == "/office?period=1"


def test_a_row_that_does_not_exist_is_404(sign_in: SignIn) -> None:
    assert sign_in(Role.ADMIN).get("/admin/accounts/999").status_code == 404


def test_pages_of_the_office_are_kept_nowhere(sign_in: SignIn) -> None:
    assert sign_in(Role.ORGANIZER).get("/office").headers["Cache-Control"] == "no-store"


def test_a_refused_form_leads_back_to_its_page(sign_in: SignIn) -> None:
    answer = sign_in(Role.ORGANIZER).post_form(
        "/office/setup-changes/7/drop", page="/office/periods/new"
    )

    assert (answer.status_code, 'href="/office/setup-changes/7"' in answer.text) == (404, True)


def test_no_error_leads_to_a_page_that_its_reader_may_not_open(sign_in: SignIn) -> None:
    answer = sign_in(Role.ADMIN).get("/office/jobs")

    assert (answer.status_code, 'href="/office"' in answer.text) == (403, False)
