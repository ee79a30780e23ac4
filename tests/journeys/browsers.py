"""Real Chromium for the journeys: where it is, how large its window is, what axe-core says."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize
from playwright.sync_api import Error as PlaywrightError

PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1440, "height": 900}
TABLET: ViewportSize = {"width": 1024, "height": 768}
SIZES = {"phone": PHONE, "tablet": TABLET, "desk": DESK}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
SCREENSHOTS = "GONGPING_SCREENSHOTS"
# Chromium reports every answer of 400 and more in the console, also those a journey asks for.
EXPECTED = "Failed to load resource"


def chromium() -> str | None:
    """Path of the Chromium to use: ``GONGPING_CHROMIUM``, or the system's."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    given = os.environ.get("GONGPING_CHROMIUM")
    return given or next((path for name in names if (path := shutil.which(name))), None)


@dataclass
class Windows:
    """Opens windows of one Chromium, each like a new device, and hears what goes wrong in them.

    Parameters
    ----------
    palette : what the devices prefer, ``"light"`` or ``"dark"``
    """

    browser: Browser
    base_url: str
    palette: Literal["light", "dark"] = "light"
    contexts: list[BrowserContext] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def open(self, size: str = "desk", language: str = "zh", *, scripts: bool = True) -> Page:
        """Open a window.

        Parameters
        ----------
        size : ``"phone"`` (390 × 844, touch), ``"tablet"`` (1024 × 768) or ``"desk"`` (1440 × 900)
        language : what the browser asks for, ``"zh"`` or ``"en"``
        scripts : False for a browser without JavaScript
        """
        context = self.browser.new_context(
            base_url=self.base_url,
            viewport=SIZES[size],
            locale=LOCALES[language],
            has_touch=size == "phone",
            is_mobile=size == "phone",
            device_scale_factor=2 if size == "phone" else 1,
            java_script_enabled=scripts,
            color_scheme=self.palette,
        )
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._listen)
        self.contexts.append(context)
        return page

    def close(self) -> None:
        """Close all windows."""
        for context in self.contexts:
            context.close()

    def _listen(self, message: ConsoleMessage) -> None:
        if message.type == "error" and EXPECTED not in message.text:
            self.complaints.append(message.text)


def check_accessible(page: Page) -> None:
    """Let axe-core look at the page; every violation fails, with its place."""
    violations = [
        f"{violation['id']}: {node['html']} {node['failureSummary']}"
        for violation in violations_of(page)
        for node in violation["nodes"]
    ]
    assert violations == [], f"{page.url}: " + "\n".join(violations)


def violations_of(page: Page) -> list[dict[str, Any]]:
    """What axe-core objects to; a page that renews itself meanwhile is looked at again."""
    for _ in range(3):
        page.wait_for_load_state()
        try:
            found: list[dict[str, Any]] = Axe().run(page).response["violations"]
        except PlaywrightError:
            page.wait_for_timeout(500)
        else:
            return found
    raise AssertionError(f"{page.url} never stands still")


def wait_for_paper(page: Page) -> None:
    """Wait until a ballot paper is there to its end and its scripts have run."""
    page.wait_for_selector("#ballot")
    page.wait_for_load_state("load")


def check_fits(page: Page) -> None:
    """Nothing sticks out to the side."""
    # A phone shows what is too wide by zooming out, and then its window is as wide as that.
    meant = page.viewport_size["width"] if page.viewport_size else 0
    width = page.evaluate("document.documentElement.scrollWidth") - meant
    assert width <= 0, f"{page.url} is {width} px too wide"


def take_picture(page: Page, name: str) -> None:
    """Keep a screenshot where ``GONGPING_SCREENSHOTS`` names a directory."""
    directory = os.environ.get(SCREENSHOTS)
    if directory:
        Path(directory).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(directory) / f"{name}.png", full_page=True)


def visible_links(page: Page) -> Iterator[str]:
    """Addresses of the page's links on this host."""
    for link in page.locator("a[href^='/']").all():
        if address := link.get_attribute("href"):
            yield address
