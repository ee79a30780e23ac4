"""Light and dark: every colour is a token, every pair of tokens in use can be told apart."""

import re
from itertools import product
from pathlib import Path

import pytest

from surveys.database.engine import Database
from tests.webapp.conftest import Browser
from webapp.assets import STATIC

PALETTES = ("light", "dark")
TOKEN = re.compile(r"(--[\w-]+):\s*(var\(--light, (.+?)\) var\(--dark, (.+?)\)|#\w+);")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(|(?<![\w-])(?:white|black)(?![\w-])")
# WCAG 2.2: 1.4.3 for text, 1.4.11 for what must be seen to use or understand the page.
TEXT, SHAPE = 4.5, 3.0

GROUNDS = ("--paper", "--ground", "--raised")
TINTS = tuple(f"--tint-{step}" for step in range(1, 6))
SOFT = ("--accent-soft", "--good-soft", "--warn-soft", "--bad-soft", "--track")
BOARD_SOFT = ("--green-soft", "--yellow-soft", "--red-soft", "--grey-soft")
WORDS = ("--ink", "--muted", "--accent", "--accent-strong", "--good", "--warn", "--bad")
READ = {
    *product(WORDS, GROUNDS),
    *product(("--ink", "--muted"), SOFT),
    *product(("--ink",), (*TINTS, *BOARD_SOFT)),
    *product(("--muted", "--warn"), TINTS),
    *((f"--{tone}", f"--{tone}-soft") for tone in ("accent", "good", "warn", "bad")),
    ("--accent-strong", "--accent-soft"),
    ("--on-fill", "--bad-strong"),
    *(("--on-fill", f"group {n}") for n in range(8)),
}
SEEN = {
    *product(("--line-strong", "--warn-line", "--green", "--yellow", "--red", "--grey"), GROUNDS),
    *((f"--{name}", f"--{name}-soft") for name in ("green", "yellow", "red", "grey")),
    *product(("--accent", "--good", "--warn-line", "--bad"), ("--paper",)),
}


@pytest.fixture
def database(worker_database: Database) -> Database:
    """Shared with others, for nothing here writes."""
    return worker_database


def sheets() -> list[Path]:
    return sorted(STATIC.glob("*.css"))


def tokens() -> dict[str, dict[str, str]]:
    """Name of a token → its colour in each palette; a hall's groups count apart."""
    found: dict[str, dict[str, str]] = {}
    for sheet in sheets():
        for selector, body in RULE.findall(sheet.read_text("utf-8")):
            if "html" in selector:
                continue  # black on white, on paper
            group = re.search(r"\.colour-(\d)", selector)
            for name, plain, light, dark in TOKEN.findall(body):
                key = f"group {group[1]}" if group else name
                found[key] = {"light": light or plain, "dark": dark or plain}
    return found


def luminance(colour: str) -> float:
    """Relative luminance of ``#rgb`` or ``#rrggbb`` (WCAG 2.2)."""
    digits = colour.lstrip("#")
    digits = "".join(2 * digit for digit in digits) if len(digits) == 3 else digits
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def pairs_in_rules() -> set[tuple[str, str]]:
    """Text and ground of all rules that set both."""
    both = set()
    for sheet in sheets():
        for _, body in RULE.findall(sheet.read_text("utf-8")):
            text = re.search(r"(?<![\w-])color: var\((--[\w-]+)\)", body)
            ground = re.search(r"background: var\((--[\w-]+)\)", body)
            if text and ground and ground[1] not in {"--row-soft", "--group"}:
                both.add((text[1], ground[1]))
    return both


def too_alike(pairs: set[tuple[str, str]], least: float, palette: str) -> dict[str, float]:
    known = tokens()
    found = {
        f"{front} on {back}": round(contrast(known[front][palette], known[back][palette]), 2)
        for front, back in pairs
    }
    return {pair: ratio for pair, ratio in found.items() if ratio < least}


def test_black_on_white_has_the_greatest_contrast() -> None:
    assert contrast("#000", "#fff") == pytest.approx(21)


@pytest.mark.parametrize("palette", PALETTES)
def test_words_can_be_read(palette: str) -> None:
    assert too_alike(READ | pairs_in_rules(), TEXT, palette) == {}


@pytest.mark.parametrize("palette", PALETTES)
def test_lines_and_shapes_can_be_seen(palette: str) -> None:
    assert too_alike(SEEN, SHAPE, palette) == {}


def test_no_rule_has_a_colour_of_its_own() -> None:
    found = [
        f"{sheet.name}: {declaration.strip()}"
        for sheet in sheets()
        for _, body in RULE.findall(sheet.read_text("utf-8"))
        for declaration in body.split(";")
        if COLOUR.search(declaration) and not declaration.strip().startswith("--")
    ]

    assert found == []


def test_no_drawing_has_a_colour_of_its_own() -> None:
    templates = STATIC.parent / "templates"
    drawn = re.compile(r'(?:fill|stroke|style)="(?!none)[^"]*"')

    assert [path.name for path in templates.rglob("*.html") if drawn.search(path.read_text())] == []


@pytest.mark.parametrize("path", ["/", "/account/login", "/board", "/b", "/receipt", "/nowhere"])
def test_the_chosen_palette_stands_in_the_page(client: Browser, path: str) -> None:
    client.get("/palette/dark")
    dark = client.get(path).text
    client.get("/palette/system")
    system = client.get(path).text

    assert ' data-palette="dark"' in dark
    assert '<meta name="color-scheme" content="dark">' in dark
    assert ' data-palette="system"' in system
    assert '<meta name="color-scheme" content="light dark">' in system


def test_the_palette_switch_comes_back(client: Browser) -> None:
    assert client.get("/palette/dark?next=/board").location == "/board"
    assert client.get("/palette/dark?next=//evil.example").location == "/"


def test_the_cookie_says_the_palette_and_nothing_else(client: Browser) -> None:
    cookie = client.get("/palette/light").headers["Set-Cookie"]

    assert cookie.startswith("palette=light;")
    assert "HttpOnly" in cookie


def test_an_unknown_palette_is_404(client: Browser) -> None:
    assert client.get("/palette/sepia").status_code == 404
