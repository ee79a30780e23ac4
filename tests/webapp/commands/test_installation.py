"""What a command says where the embedded database does not start."""

import os
from pathlib import Path

import pytest

from surveys.database.embedded import ServerFailed
from webapp.commands.installation import addressed
from webapp.commands.unstarted import foreign_part, why_unstarted
from webapp.config import Config


def unstartable(folder: Path) -> Path:
    """A data folder whose cluster PostgreSQL will not take."""
    cluster = folder / "postgresql" / "cluster"
    cluster.mkdir(parents=True, mode=0o700)
    (cluster / "PG_VERSION").write_text("18\n")
    return folder


def test_a_database_that_does_not_start_is_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = Config(data_dir=unstartable(tmp_path), secret_key=b"s" * 32)
    with pytest.raises(SystemExit) as ended, addressed(config):
        pass
    told = capsys.readouterr().err
    assert (ended.value.code, "was not started" in told) == (2, True)
    assert "Nothing was changed." in told


def test_files_of_another_account_are_named_with_what_to_do(tmp_path: Path) -> None:
    folder = unstartable(tmp_path) / "postgresql"
    stranger = os.geteuid() + 4321
    told = why_unstarted(folder, ServerFailed("start", "wrong ownership"), uid=stranger)
    assert foreign_part(folder, uid=stranger) is not None
    assert f"chown -R {stranger} {folder}" in told


def test_files_of_ones_own_are_not_called_foreign(tmp_path: Path) -> None:
    folder = unstartable(tmp_path) / "postgresql"
    told = why_unstarted(folder, ServerFailed("start", "disk is full"), uid=os.geteuid())
    assert ("disk is full" in told, "chown" in told) == (True, False)
