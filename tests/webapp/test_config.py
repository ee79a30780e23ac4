"""Settings: read once, and told clearly when wrong."""

import stat
from pathlib import Path

import pytest

from webapp.config import Config, ConfigError


def test_without_settings_everything_has_a_default(tmp_path: Path) -> None:
    config = Config.from_environment({"GONGPING_DATA_DIR": str(tmp_path)})

    assert config.base_url == "http://127.0.0.1:8000"
    assert config.database_url is None
    assert config.audiences == ("citizen", "board", "staff", "office", "admin", "api")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("GONGPING_BASE_URL", "vote.example", "scheme and host"),
        ("GONGPING_BASE_URL", "https://vote.example/path", "scheme and host"),
        ("GONGPING_AUDIENCES", "office,strangers", "names from citizen"),
        ("GONGPING_SECRET_KEY", "short", "32 random characters"),
        ("GONGPING_DATABASE_URL", "sqlite://", r"postgresql\+psycopg://"),
        ("GONGPING_PROXIES", "-1", "a number from 0 to 9"),
        ("GONGPING_TIMEZONE", "Mars/Olympus", "a time zone"),
        ("GONGPING_LOGIN_HOURS", "0", "hours from 1 to 72"),
        ("GONGPING_CODE_IN_PATH", "perhaps", "yes or no"),
    ],
)
def test_a_wrong_setting_is_named_with_what_was_expected(
    tmp_path: Path, name: str, value: str, expected: str
) -> None:
    with pytest.raises(ConfigError, match=expected) as caught:
        Config.from_environment({"GONGPING_DATA_DIR": str(tmp_path), name: value})

    assert caught.value.variable == name


@pytest.mark.parametrize(("said", "meant"), [("yes", True), ("No", False), ("", False)])
def test_codes_go_into_the_path_where_that_is_asked(tmp_path: Path, said: str, meant: bool) -> None:
    given = {"GONGPING_DATA_DIR": str(tmp_path), "GONGPING_CODE_IN_PATH": said}
    assert Config.from_environment(given).code_in_path is meant


def test_one_database_address_needs_the_other(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="both"):
        Config.from_environment(
            {
                "GONGPING_DATA_DIR": str(tmp_path),
                "GONGPING_DATABASE_URL": "postgresql+psycopg://a@b/c",
            }
        )


def test_the_secret_key_is_made_once_and_readable_by_us_alone(tmp_path: Path) -> None:
    environment = {"GONGPING_DATA_DIR": str(tmp_path / "data")}

    first = Config.from_environment(environment)
    second = Config.from_environment(environment)

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "data" / "secret_key").stat().st_mode) == 0o400


def test_the_host_of_the_address_is_the_one_answered(tmp_path: Path) -> None:
    config = Config.from_environment(
        {"GONGPING_DATA_DIR": str(tmp_path), "GONGPING_BASE_URL": "https://vote.example/"}
    )

    assert config.trusted_hosts == ("vote.example",)
    assert config.https
