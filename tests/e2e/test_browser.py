"""A reader in Chromium, over a real daemon: what is on the pages is found, read and followed, by whoever reads."""

import os
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.e2e.days_archive import BROKEN, make
from tests.e2e.processes import ROOT, daemon, monitor, wait_until
from tests.e2e.test_web import free_port

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

AXE = Path(os.environ.get("AXE", ROOT / ".venv" / "axe" / "node_modules" / "axe-core" / "axe.min.js"))
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
# One page of each kind; the numbers are of the archive that is always made the same.
PAGES = (
    *("/", "/search", "/search?q=port", "/search?q=kind:nix", "/changes", "/documents", "/documents/1"),
    *("/documents/1/revisions/1", "/documents/1/diff", "/documents/1/diff?view=side", "/clusters", "/clusters/1"),
    *(
        "/sources",
        "/sources/1",
        "/outlets",
        "/outlets/marsat.example",
        "/corpus",
        "/corpus/1",
        "/alerts",
        "/documents/0",
    ),
)
PHONE = {"width": 390, "height": 844}


def missing(what: str, how: str) -> NoReturn:
    """Skip; where everything has to be there, fail."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"no {what}, so no page was looked at in it: {how}")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a daemon that serves the newsroom's days."""
    if CHROMIUM is None:
        missing("Chromium", "apt-get install chromium")
    folder = tmp_path_factory.mktemp("days")
    port, log = free_port(), folder / "log"
    config = make(folder)
    with daemon(monitor(config, "run", web__listen=f"127.0.0.1:{port}"), log) as process:
        wait_until(lambda: "web.started" in log.read_text(encoding="utf-8"), process)
        yield f"http://127.0.0.1:{port}"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(address: str) -> AsyncIterator[Browser]:
    """Debian's Chromium, without a window."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield opened
        await opened.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """The judge of accessibility, as the script it is."""
    if not AXE.exists():
        missing("axe-core", f"it is not at {AXE}, nor where AXE leads; `make test` installs it")
    return AXE.read_text(encoding="utf-8")


@asynccontextmanager
async def reading(browser: Browser, address: str, **how: Any) -> AsyncIterator[tuple[Page, list[str]]]:
    """Open a page; give it, and what the browser complained of."""
    context: BrowserContext = await browser.new_context(base_url=address, **how)
    context.set_default_timeout(10_000)  # milliseconds
    page = await context.new_page()
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: told.append(str(error)))
    yield page, told
    await context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
async def test_a_reader_finds_reads_and_follows(browser: Browser, address: str, scripts: bool) -> None:
    """An Arabic text by a word without its vowel signs, an edit, a copy, a source that is broken: only by links."""
    async with reading(browser, address, java_script_enabled=scripts) as (page, told):
        await page.goto("/")
        await page.get_by_role("searchbox").fill("تحليه")
        await page.keyboard.press("Enter")
        hit = page.locator("article.hit").first
        await expect(hit.locator("mark").first).to_be_visible()
        await hit.locator("h2 a").click()
        await expect(page.locator("article.reading")).to_have_attribute("dir", "rtl")
        await expect(page.locator("html")).to_have_attribute("dir", "ltr")

        await page.get_by_role("link", name="Changes", exact=True).click()
        await page.locator("article.change", has_text="numbers changed: 12 → 21").first.locator("h3 a").click()
        await expect(page.locator("main")).to_contain_text("Why it matters")
        assert {"12"} <= {*await page.locator("article del").all_inner_texts()}
        assert {"21"} <= {*await page.locator("article ins").all_inner_texts()}

        await page.get_by_role("link", name="Copies", exact=True).click()
        await page.locator("main a[href^='/clusters/']").first.click()
        await expect(page).to_have_url(re.compile(r"/clusters/\d+$"))
        await page.locator("main a[href^='/documents/']").first.click()
        await expect(page.locator("#copies")).to_be_visible()

        await page.get_by_role("link", name="Sources").click()
        broken = page.locator("tr, li", has_text=BROKEN).first
        await expect(broken).to_contain_text("404")
        await broken.locator("a[href^='/sources/']").first.click()
        await expect(page.locator("main")).to_contain_text(BROKEN)
        assert told == []


async def test_keys_are_for_comfort(browser: Browser, address: str) -> None:
    """A slash leads to the search field, j and k through what is listed; in a field they are letters."""
    async with reading(browser, address) as (page, told):
        await page.goto("/changes")
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await expect(page.locator("article.change").nth(1).locator("h3 a")).to_be_focused()
        await page.keyboard.press("k")
        await expect(page.locator("article.change").nth(0).locator("h3 a")).to_be_focused()
        await page.keyboard.press("/")
        await page.keyboard.type("j/k")
        await expect(page.locator("input[type=search]").first).to_have_value("j/k")
        assert told == []


async def test_the_first_key_leads_past_the_navigation(browser: Browser, address: str) -> None:
    """Whoever has no mouse need not walk through the links of every page."""
    async with reading(browser, address) as (page, _):
        await page.goto("/documents/1")
        await page.keyboard.press("Tab")
        await expect(page.locator("a.skip")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()


async def test_no_page_is_wider_than_a_phone(browser: Browser, address: str) -> None:
    """Wide tables scroll in themselves."""
    wide = []
    async with reading(browser, address, viewport=PHONE) as (page, _):
        for path in PAGES:
            await page.goto(path)
            if await page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
                wide.append(path)
    assert wide == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_judge_of_accessibility_finds_nothing_serious(
    browser: Browser, address: str, axe: str, scheme: str
) -> None:
    """On no page, in neither scheme; nor does the browser complain of anything a page does."""
    found, heard = [], []
    rules = ("color-contrast", "link-in-text-block") if scheme == "dark" else ()  # what else there is has no colour
    async with reading(browser, address, color_scheme=scheme) as (page, told):
        for path in PAGES:
            told.clear()
            await page.goto(path)
            heard += [f"{path}: {one}" for one in told if "status of 4" not in one]  # as two are meant to answer
            found += [f"{path}: {one}" for one in await judged(page, axe, *rules)]
    assert (found, heard) == ([], [])


async def judged(page: Page, axe: str, *rules: str) -> list[str]:
    """Return what axe-core finds that is serious or critical, with the place; by all rules, or those named."""
    await page.evaluate(axe)
    how = {"preload": False, "resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    result = await page.evaluate("how => axe.run(how)", how)
    return [
        f"{one['impact']} {one['id']}: {one['help']}: {node['html'][:160]}"
        for one in result["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


async def test_the_judge_would_find_something(browser: Browser, address: str, axe: str) -> None:
    """A field without a name and letters too pale are found: the judge can be believed when it finds nothing."""
    async with reading(browser, address) as (page, _):
        await page.goto("/search")
        await page.evaluate(
            "document.querySelector('label[for=q]').remove(); document.querySelector('#q').placeholder = ''"
        )
        await page.evaluate("document.querySelector('h1').style.color = '#ddd'")
        said = " ".join(await judged(page, axe))
        assert "critical label" in said
        assert "serious color-contrast" in said
