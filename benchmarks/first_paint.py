"""How soon a ballot is seen on a slow phone: first paint on throttled 3G, and what is loaded.

``python -m benchmarks.first_paint`` prints each figure against its limit. Needs Chromium.
"""

import json
import shutil
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from benchmarks.servers import bench_server, voting_pages

# The profile that WebPageTest calls 3G: 1.6 Mbit/s down, 768 kbit/s up, 300 ms there and back.
THREE_G = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": 1.6e6 / 8,
    "uploadThroughput": 768e3 / 8,
}
SLOWER_PROCESSOR = 4
MOST_MS, MOST_BYTES = 1000, 100_000
VISITS = 5
PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"


@dataclass(frozen=True)
class FirstPaint:
    """Median first contentful paint of a ballot, an empty cache each time, and its bytes."""

    paint_ms: float
    paint_to_limit: float
    received_bytes: int
    bytes_to_limit: float


def measure_first_paint() -> FirstPaint:
    """Scan a code on a phone that was never here before."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - a tool of development alone

    with bench_server({}) as bench, voting_pages(bench, workers=2) as port, sync_playwright() as it:
        codes = bench.campaign.codes(VISITS)
        browser = it.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        seen = [_visit(browser, f"http://127.0.0.1:{port}", code) for code in codes]
        browser.close()
    paint, received = median(ms for ms, _ in seen), round(median(n for _, n in seen))
    return FirstPaint(
        round(paint, 1), round(paint / MOST_MS, 3), received, round(received / MOST_BYTES, 3)
    )


def _visit(browser: Any, address: str, code: str) -> tuple[float, float]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True, locale="zh-CN"
    )
    page = context.new_page()
    page.goto(f"{address}/b")
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    tools.send("Network.emulateNetworkConditions", THREE_G)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_PROCESSOR})
    received: list[float] = []
    tools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.locator("textarea[name=code]").fill(code)
    page.locator("form.enter button").click()
    page.wait_for_selector("#ballot")
    page.wait_for_load_state("networkidle")
    paint = float(page.evaluate(PAINT))
    context.close()
    return paint, sum(received)


if __name__ == "__main__":
    print(json.dumps(asdict(measure_first_paint())))
