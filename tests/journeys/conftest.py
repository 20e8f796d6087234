"""A running house and a real browser, at the width of a phone and of a desk."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError

from tests.browser import AXE, TAGS

ROOT = Path(__file__).resolve().parents[2]
PHONE, DESK = 360, 1280


@dataclass
class House:
    """A server with its worker, and the keys of its people."""

    address: str
    keys: dict[str, dict[str, str]]
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, *names: str) -> None:
        """Start the program's processes of these names ("serve", "work")."""
        for name in names:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "tillsammans", name], env=self.environment, cwd=ROOT, start_new_session=True
            )

    def kill(self, name: str) -> None:
        """End a process at once, with its children, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def wait_until_ready(self) -> None:
        """Wait until the server answers."""
        _wait_until_ready(self.address)

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the program on the house's database."""
        return subprocess.run(
            [sys.executable, "-m", "tillsammans", *words],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextlib.contextmanager
def running(folder: Path, *, demo: Path | None = None, **more: str) -> Iterator[House]:
    """Lay a house in ``folder`` and keep its server and worker running for the block.

    ``demo``: a folder with the program's own demo, of which the house is a copy; there nobody has keys and everyone
    comes in by a button.
    """
    port = free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tillsammans.config.settings",
        "TILLSAMMANS_VAR": str(folder),
        "TILLSAMMANS_DATABASE": str(folder / "demo.sqlite3"),
        "TILLSAMMANS_SECRET_KEY": "journey-" * 6,
        "TILLSAMMANS_HOSTS": "127.0.0.1",
        "TILLSAMMANS_BASE_URL": f"http://127.0.0.1:{port}",
        "PYTHONPATH": str(ROOT / "src"),
        "TILLSAMMANS_OFFLINE": "1",
        "PORT": str(port),
        "WORKERS": "1",
        **({"TILLSAMMANS_DEMO": "1"} if demo else {}),
        **more,
    }
    if demo:
        shutil.copytree(demo, folder, dirs_exist_ok=True)
        keys = {}
    else:
        lay = [sys.executable, str(Path(__file__).with_name("lay.py"))]
        laid = subprocess.run(lay, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert laid.returncode == 0, laid.stderr
        keys = json.loads(laid.stdout)
    house = House(f"http://127.0.0.1:{port}", keys, environment)
    try:
        house.start("serve", "work")
        house.wait_until_ready()
        yield house
    finally:
        for process in house.processes.values():
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
        for process in house.processes.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)


def _wait_until_ready(address: str) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{address}/halsa/", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not become ready")


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house")) as found:
        yield found


@pytest.fixture(scope="session")
def demo_house(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("demo"), demo=demo_folder) as found:
        yield found


# The kinds of elements of a page: what they are, what they say of themselves, and what they stand in. axe is asked
# about a page as long as it has a kind that no page before it had; its rules look at elements, not at their words.
_MADE_OF = """() => [...new Set([...document.querySelectorAll('body :not(svg *)')].map(e => [
  e.parentElement.localName + '.' + e.parentElement.className, e.localName, e.className,
  e.getAttributeNames().join(' ')].join('|')))]"""
_seen: dict[int, set[str]] = defaultdict(set)


def unseen(page: Page, width: int) -> bool:
    """Whether the page has a kind of element that axe has not been asked about at that width, by any test before."""
    kinds = set(page.evaluate(_MADE_OF)) - _seen[width]
    _seen[width] |= kinds
    return bool(kinds)


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is shown now."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(
        "async tags => (await axe.run(document, {runOnly: tags})).violations.map("
        "v => v.id + ': ' + v.nodes.map(n => n.target.join(' ') + ' ' + n.failureSummary).join(' | '))",
        TAGS,
    )
    return found


@dataclass
class Walker:
    """A person at a screen."""

    page: Page
    house: House

    def go(self, path: str) -> None:
        """Open a page, and hold it to the rules that every page keeps."""
        self.page.goto(self.house.address + path)
        self.check()

    def check(self) -> None:
        """axe finds nothing, and nothing is wider than the screen."""
        wide: int = self.page.viewport_size["width"]  # type: ignore[index]
        if unseen(self.page, wide):
            found = violations(self.page)
            assert found == [], f"{self.page.url}: {found}"
        self.fits()

    def fits(self) -> None:
        """Nothing is wider than the screen."""
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.viewport_size["width"], f"{self.page.url} is {width} px wide"  # type: ignore[index]

    def press(self, name: str, *, exact: bool = False, check: bool = True) -> None:
        """Press the button or follow the link with that name, and wait for the page that comes."""
        target = (
            self.page.get_by_role("button", name=name, exact=exact)
            .or_(self.page.get_by_role("link", name=name, exact=exact))
            .first
        )
        try:
            target.click()
        except TimeoutError as never:
            shown = self.page.locator("main").inner_text()
            raise AssertionError(f"{name!r} cannot be pressed on {self.page.url}:\n{shown}") from never
        settled(self.page)
        if check:
            self.check()

    def fill(self, **values: str) -> None:
        """Fill in fields by their names."""
        for name, value in values.items():
            field = self.page.locator(f"main [name='{name}']")
            kind = field.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
            if kind == "select":
                field.select_option(label=value)
            elif kind in ("radio", "checkbox"):
                labels = [box.evaluate("e => e.labels[0].innerText.trim()") for box in field.all()]
                field.nth(next(number for number, label in enumerate(labels) if value in label)).check()
            else:
                field.fill(value)

    def sees(self, text: str) -> None:
        """The text is on the page."""
        assert text in self.page.locator("main").inner_text(), f"{text!r} is not on {self.page.url}"

    def sign_in(self, role: str) -> None:
        """E-mail, password and the code of the app."""
        keys = self.house.keys[role]
        self.go("/konto/login/")
        self.fill(login=keys["email"], password=keys["password"])
        self.press("Fortsätt")
        self.fill(code=code_of(keys["secret"]))
        self.press("Logga in")

    def come_in(self, role: str) -> None:
        """The demo's own way in, by the button of a role."""
        self.page.goto(f"{self.house.address}/demo/{role}/")
        self.page.locator("main button").first.click()
        self.page.wait_for_load_state()

    def sign_out(self) -> None:
        self.page.context.clear_cookies()


def settled(page: Page) -> None:
    """Wait until a form that was sent has its answer, and the page that follows has come."""
    page.locator("form[data-sending]").first.wait_for(state="detached")
    page.wait_for_load_state()


def code_of(secret: str, later: int = 0) -> str:
    """The code that the app shows now, or ``later`` half-minutes from now."""
    from allauth.mfa.totp.internal import auth

    return auth.format_hotp_value(auth.hotp_value(secret, int(time.time()) // 30 + later))


@pytest.fixture
def walker(house: House, browser: Browser) -> Iterator[Walker]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="sv-SE")
    yield Walker(context.new_page(), house)
    context.close()


def context_of(browser: Browser, width: int, *, scripts: bool = True) -> BrowserContext:
    """A browser window of that width."""
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="sv-SE", java_script_enabled=scripts)
    context.set_default_timeout(10_000)
    return context
