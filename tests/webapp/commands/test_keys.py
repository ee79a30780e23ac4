"""`gongping keys`, as an officer calls it."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner, Result

from webapp.commands import gongping

PASSPHRASE = "six quiet herons over cold water"
Run = Callable[..., Result]


def descriptor(*lines: str) -> int:
    """An open file from which these lines can be read."""
    reading, writing = os.pipe()
    os.write(writing, "".join(f"{line}\n" for line in lines).encode())
    os.close(writing)
    return reading


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Calls `gongping keys` in a folder of its own; `secrets` come by a descriptor."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LC_ALL", "C")

    def call(*arguments: str, secrets: tuple[str, ...] = (), typed: str | None = None) -> Result:
        given = ["--passphrase-fd", str(descriptor(*secrets))] if secrets else []
        return CliRunner().invoke(gongping, ["keys", *arguments, *given], input=typed)

    return call


def made(run: Run) -> dict[str, str]:
    """Make officer A's key; its public part."""
    done = run(
        "new", "--campaign", "7", "--role", "officer_a", "--out", "a.key", secrets=(PASSPHRASE,)
    )
    assert done.exit_code == 0, done.output
    part: dict[str, str] = json.loads(Path("a.public.json").read_text("utf-8"))
    return part


def text_of(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return text


def paper_lines_of(text: str) -> list[str]:
    """The lines of seven groups of four characters that a reader sees."""
    return [
        " ".join(words[-7:])
        for words in (line.replace("-", " ").split() for line in text.splitlines())
        if len(words) >= 7 and all(len(word) == 4 and word.isascii() for word in words[-7:])
    ]


def test_a_new_key_is_for_its_owner_alone(run: Run) -> None:
    made(run)
    assert stat.S_IMODE(Path("a.key").stat().st_mode) == 0o400


def test_the_secret_does_not_lie_open(run: Run) -> None:
    made(run)
    assert json.loads(Path("a.key").read_text("ascii"))["protection"]["kdf"] == "argon2id"


def test_the_public_part_and_the_screen_show_one_fingerprint(run: Run) -> None:
    fingerprint = made(run)["fingerprint"]
    assert fingerprint in run("status", "a.key").output


def test_on_a_terminal_the_passphrase_is_typed_twice(run: Run) -> None:
    arguments = ("new", "--campaign", "7", "--role", "officer_a", "--out", "a.key")
    done = run(*arguments, typed=f"{PASSPHRASE}\n{PASSPHRASE}\n")
    assert (done.exit_code, PASSPHRASE in done.output) == (0, False)


def test_two_different_passphrases_make_no_key(run: Run) -> None:
    arguments = ("new", "--campaign", "7", "--role", "officer_a", "--out", "a.key")
    done = run(*arguments, typed=f"{PASSPHRASE}\nanother long passphrase\n")
    assert (done.exit_code, Path("a.key").exists()) == (2, False)
    assert "not the same" in done.output


def test_a_short_passphrase_makes_no_key(run: Run) -> None:
    arguments = ("new", "--campaign", "7", "--role", "officer_b", "--out", "b.key")
    done = run(*arguments, secrets=("short",))
    assert (done.exit_code, Path("b.key").exists()) == (2, False)


def test_a_key_is_never_written_over(run: Run) -> None:
    made(run)
    before = Path("a.key").read_bytes()
    arguments = ("new", "--campaign", "8", "--role", "officer_a", "--out", "a.key")
    done = run(*arguments, secrets=(PASSPHRASE,))
    assert (done.exit_code, Path("a.key").read_bytes()) == (2, before)


def test_the_right_passphrase_is_found_right(run: Run) -> None:
    made(run)
    assert "passphrase is right" in run("status", "a.key", "--try", secrets=(PASSPHRASE,)).output


def test_a_wrong_passphrase_is_told(run: Run) -> None:
    made(run)
    done = run("status", "a.key", "--try", secrets=("another long passphrase",))
    assert (done.exit_code, "passphrase is wrong" in done.output) == (2, True)


def test_a_damaged_file_is_told(run: Run) -> None:
    made(run)
    Path("a.key").chmod(0o600)
    Path("a.key").write_text(Path("a.key").read_text("ascii")[:-40], "ascii")
    done = run("status", "a.key")
    assert (done.exit_code, "damaged" in done.output) == (2, True)


def test_the_paper_brings_the_key_back(run: Run) -> None:
    part = made(run)
    assert run("paper", "a.key", "--out", "a.pdf", secrets=(PASSPHRASE,)).exit_code == 0
    lines = paper_lines_of(text_of(Path("a.pdf")))
    typed = (*(line.lower() for line in lines), "a new long passphrase")
    arguments = ("paper", "--restore", "a.public.json", "--out", "again.key")
    done = run(*arguments, secrets=typed)
    assert (len(lines), done.exit_code) == (2, 0), done.output
    assert part["fingerprint"] in run("status", "again.key").output


def test_a_mistyped_line_is_named(run: Run) -> None:
    made(run)
    run("paper", "a.key", "--out", "a.pdf", secrets=(PASSPHRASE,))
    first, second = paper_lines_of(text_of(Path("a.pdf")))
    wrong = ("0" if second[0] != "0" else "2") + second[1:]
    arguments = ("paper", "--restore", "a.public.json", "--out", "again.key")
    done = run(*arguments, secrets=(first, wrong, "a new long passphrase"))
    assert (done.exit_code, "Line 2" in done.output) == (2, True)


def test_the_paper_shows_the_fingerprint(run: Run) -> None:
    part = made(run)
    run("paper", "a.key", "--out", "a.pdf", secrets=(PASSPHRASE,))
    assert part["fingerprint"] in text_of(Path("a.pdf"))


def test_a_destroyed_key_is_gone(run: Run) -> None:
    made(run)
    done = run("destroy", "a.key", "--yes")
    assert (done.exit_code, Path("a.key").exists()) == (0, False)


def test_a_key_is_not_destroyed_by_mistake(run: Run) -> None:
    made(run)
    done = run("destroy", "a.key", typed="n\n")
    assert (done.exit_code, Path("a.key").exists()) == (1, True)


def test_what_is_no_key_is_not_destroyed(run: Run) -> None:
    Path("letter.txt").write_text("dear", "ascii")
    done = run("destroy", "letter.txt", "--yes")
    assert (done.exit_code, Path("letter.txt").exists()) == (2, True)


def test_a_file_that_is_not_there_is_named(run: Run) -> None:
    done = run("status", "nowhere.key")
    assert (done.exit_code, "nowhere.key" in done.output) == (2, True)


def test_errors_follow_the_locale(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    Path("letter.txt").write_text("dear", "ascii")
    assert "密钥" in run("status", "letter.txt").output
