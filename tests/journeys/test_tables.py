"""A table that no reader knows, from the file to figures in force: with a phone, at a desk, and without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import DESK, PHONE, Walker, code_of, context_of, running

pytestmark = [pytest.mark.journey, pytest.mark.pure]


def table(folder: Path, year: int) -> Path:
    """Alarms by station and month, as a fire service keeps them: in Windows-1252, with a title above the headings."""
    rows = ["Larm per månad", "Station;Datum;Anlagda bränder;Trafikolyckor"]
    rows += [
        f"{place};{year}-{month:02};{month % 4};{'x' if month == 5 else month}"
        for place in ("Östhammar", "Tierp")
        for month in range(1, 13)
    ]
    path = folder / f"larm-{year}.csv"
    path.write_bytes("\r\n".join(rows).encode("cp1252"))
    return path


@pytest.mark.slow("walks a long way, with a server and a worker of its own")
def test_a_table_is_explained_once_and_read_twice(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path) as house:
        walker = Walker(context_of(browser, DESK).new_page(), house)
        walker.sign_in("coordinator")
        upload_file(walker, table(tmp_path, 2024))
        walker.sees("känns inte igen, men är en tabell")
        walker.sees("Östhammar")  # in the encoding that was suggested
        walker.fill(header="2")
        walker.press("Visa raderna så")
        walker.press("Rätt tabell")
        assert walker.page.locator("[name=place]").input_value() == "0"
        assert walker.page.locator("[name=period]").input_value() == "1"
        walker.press("Kontrollera filerna")  # the source is missing
        walker.sees("Källa")
        walker.fill(source="Räddningstjänsten, larm")
        walker.page.locator("[name=marks_suppressed]").fill("")
        walker.page.locator("[name=marks_missing]").fill("x")
        walker.press("Kontrollera filerna", check=False)
        walker.page.wait_for_url("**/filer/*/")
        walker.check()
        walker.sees("”x” är läst som: uppgift saknas.")
        read_in(walker)
        walker.sees("Räddningstjänsten, larm")

        upload_file(walker, table(tmp_path, 2025))
        walker.sees("samma rubriker som de senaste filerna från Räddningstjänsten, larm")
        walker.press("Läs den som Räddningstjänsten", check=False)
        walker.page.wait_for_url("**/filer/**")
        while "2025" not in walker.page.locator("main").inner_text():
            walker.page.wait_for_timeout(300)
            walker.page.reload()
        read_in(walker)
        walker.go("/underlag/inlasning/kallor/")
        walker.press("Glöm")
        walker.press("Glöm källan")
        walker.sees("Inga källor än")


@pytest.mark.slow("walks a long way, with a server and a worker of its own")
def test_a_table_is_explained_without_javascript(browser: Browser, tmp_path: Path) -> None:
    with running(tmp_path) as house:
        walker = Walker(context_of(browser, PHONE, scripts=False).new_page(), house)
        keys = house.keys["coordinator"]
        walker.page.goto(house.address + "/konto/login/")
        walker.page.locator("[name=login]").fill(keys["email"])
        walker.page.locator("[name=password]").fill(keys["password"])
        walker.press("Fortsätt", check=False)
        walker.page.locator("[name=code]").fill(code_of(keys["secret"]))
        walker.press("Logga in", check=False)
        walker.page.goto(house.address + "/underlag/inlasning/ny/")
        walker.page.locator("input[type=file]").set_input_files(table(tmp_path, 2024))
        walker.press("Kontrollera filerna", check=False)
        see_result(walker)
        walker.page.locator("[name=header]").fill("2")
        walker.press("Visa raderna så", check=False)
        walker.fits()
        walker.press("Rätt tabell", check=False)
        walker.fits()
        walker.page.locator("[name=source]").fill("Räddningstjänsten, larm")
        walker.press("Kontrollera filerna", check=False)
        see_result(walker)
        walker.sees("Räddningstjänsten, larm")


def see_result(walker: Walker) -> None:
    """Without JavaScript the page of the work loads itself again, and has a button when it is done."""
    walker.page.get_by_role("link", name="Visa resultatet").click(timeout=30_000)
    walker.page.wait_for_load_state()


def upload_file(walker: Walker, file: Path) -> None:
    """Choose the file, and wait until it was looked at."""
    walker.go("/underlag/inlasning/ny/")
    walker.page.locator("input[type=file]").set_input_files(file)
    walker.press("Kontrollera filerna", check=False)
    walker.page.wait_for_url("**/filer/*/tabell/", timeout=30_000)
    walker.check()


def read_in(walker: Walker) -> None:
    """Say yes, and wait until it holds."""
    walker.press("Läs in", exact=True, check=False)
    walker.page.wait_for_url("**/underlag/inlasning/*-*/")
    walker.check()
    walker.sees("Gäller")
