"""The red thread from end to end, as two people walk it: from a statistics file to a promise that was followed up."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.conftest import DESK, PHONE, Walker, context_of, running

pytestmark = [pytest.mark.journey, pytest.mark.pure]

MONTHS = ("Jan", "Feb", "Mar", "Apr", "Maj", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dec")


def databasfil(folder: Path, *, broken: bool = False) -> Path:
    """A file as Brå publishes it, with numbers of our own."""
    rows = ["Region;Brott;År;Period;Antal;/100 000 inv"]
    for year in (2024, 2025):
        for place, (region, size) in enumerate([("Östhammar kommun", 220), ("Tierp kommun", 212)]):
            for crime, label in enumerate(("3 kap. Brott mot liv och hälsa", "4 kap. Brott mot frihet och frid")):
                for number, month in enumerate(MONTHS):
                    count = 6 + (number * 7 + place * 3 + crime * 5 + year) % 9
                    rows.append(f"{region};{label};{year};{month};{count};{round(count * 1000 / size)};")
    if broken:
        rows[30] = rows[30].replace(rows[30].split(";")[4], "många", 1)
    path = folder / ("trasig.txt" if broken else "Databasfil.txt")
    path.write_bytes("\n".join(rows).encode("latin-1") + b"\r\n")
    return path


@pytest.mark.slow("walks a long way, with a server and a worker of its own")
def test_from_a_statistics_file_to_a_followed_up_promise(browser: Browser, tmp_path: Path) -> None:
    """The coordinator sits at a desk; the police and the residents hold a phone."""
    with running(tmp_path) as house:
        coordinator = Walker(context_of(browser, DESK).new_page(), house)
        police = Walker(context_of(browser, PHONE).new_page(), house)
        public = Walker(context_of(browser, PHONE, scripts=False).new_page(), house)
        coordinator.sign_in("coordinator")
        coordinator.sees("Din vecka")

        import_statistics(coordinator, tmp_path)
        picture = draw_the_picture(coordinator)
        problem = describe_the_problem(coordinator, picture)
        share_and_adopt(coordinator, police, picture)
        plan_against_the_cause(coordinator, problem)
        promise = make_the_promise(coordinator, problem)
        both_sign(coordinator, police, promise)
        address = publish(coordinator, promise)
        public.page.goto(house.address + address)
        assert "Färre inbrott i Gimo" in public.page.inner_text("main")
        both_log(coordinator, police, promise)
        follow_up_and_tell(coordinator, promise)
        public.page.goto(house.address + address)
        assert "delvis hållet" in public.page.inner_text("main")
        assert "Belysningen blev klar" in public.page.inner_text("main")

        coordinator.go(problem)
        assert coordinator.page.locator(".thread .gap").count() == 0, "the thread is whole"
        strangers_see_nothing(browser, coordinator, [picture, problem, promise])
        assert house.command("verify", "--all").returncode == 0


def import_statistics(walker: Walker, folder: Path) -> None:
    """A broken file is refused with row and reason; a whole one is previewed and put in force."""
    for broken in (True, False):
        walker.go("/underlag/inlasning/ny/")
        walker.page.locator("input[type=file]").set_input_files(databasfil(folder, broken=broken))
        walker.press("Kontrollera filerna", check=False)
        walker.page.wait_for_url("**/filer/**")
        if broken:
            walker.sees("31")
            walker.sees("många")
    walker.check()
    walker.press("Läs in", exact=True, check=False)
    walker.page.wait_for_url("**/underlag/inlasning/*-*/")
    walker.check()
    walker.sees("Gäller")
    walker.go("/underlag/")
    walker.sees("Östhammar")


def draw_the_picture(walker: Walker) -> str:
    """Start a picture, put a figure, a statement and a knowledge gap into it."""
    walker.go("/lagesbild/ny/")
    walker.fill(
        title="Lägesbild Östhammar 2025",
        collaboration="Trygg i Östhammar",
        area="Östhammar (kommun)",
        starts_on="2025-01-01",
        ends_on="2025-12-31",
    )
    walker.press("Skapa utkast")
    address = walker.page.url.removeprefix(walker.house.address)
    walker.press("Lägg till figur")
    walker.fill(
        kind="utveckling över tid",
        indicator="3 kap. Brott mot liv och hälsa",
        area="Östhammar (kommun)",
    )
    walker.press("Spara")
    walker.go(address)
    assert walker.page.locator("figure svg, .finding svg").count() > 0
    walker.press("Lägg till uppgift från en källa")
    walker.fill(
        text="Okända bilar kör runt i Alunda på dagen.",
        source_kind="personal i kommunen",
        source="Hemtjänsten i Alunda",
        basis="9 enheter",
        strength="ojämn täckning",
    )
    walker.press("Spara")
    walker.go(address)
    walker.press("Lägg till en kunskapslucka")
    walker.fill(text="Mörkertalet i Alunda.")
    walker.press("Spara")
    walker.go(address)
    walker.sees("Mörkertalet i Alunda.")
    return address


def describe_the_problem(walker: Walker, picture: str) -> str:
    """Describe a problem, prioritise it by a decision, and say why it happens."""
    walker.go(picture)
    walker.press("Beskriv ett nytt problem")
    walker.fill(
        title="Inbrott i bostad, Gimo",
        collaboration="Trygg i Östhammar",
        area="Östhammar (kommun)",
        where="Gimo",
        when="november–januari",
        affected="villaägare",
    )
    walker.press("Spara")
    walker.press("Inbrott i bostad, Gimo", exact=True)
    problem = walker.page.url.removeprefix(walker.house.address)
    walker.press("Ändra prioriteringen")
    walker.fill(
        priority="prioriterat",
        motivation="Drabbar många och går att påverka.",
        body="Kommunstyrelsen",
        decided_on="2026-02-10",
        minutes_reference="§ 4",
    )
    walker.press("Spara")
    walker.go(problem)
    walker.press("Lägg till en orsak", exact=True)
    walker.fill(
        text="Tomma hus syns utifrån",
        perspective="situationen eller platsen",
        level="direkt orsak",
        support="stöds av personalens erfarenhet",
    )
    walker.press("Spara")
    walker.go(problem)
    walker.sees("Tomma hus syns utifrån")
    walker.press("Lägg till en källa", exact=True)
    walker.fill(
        text="De flesta anmälda inbrotten sker fredag till söndag.",
        source_kind="polisens kunskap",
        source="Lokalpolisområde Norduppland",
        basis="198 brott",
        strength="god",
    )
    walker.press("Spara")
    return problem


def share_and_adopt(coordinator: Walker, police: Walker, picture: str) -> None:
    """Share the draft, get a comment from the police, and adopt by a decision."""
    coordinator.go(picture)
    coordinator.press("Dela med parterna")
    coordinator.fill(receivers="Lokalpolisområde Norduppland", purpose="Gemensam lägesbild")
    coordinator.press("Dela nu")
    if not police.page.context.cookies():
        police.sign_in("police")
    police.go("/samverkan/mottaget/")
    police.press("Lägesbild Östhammar 2025")
    police.sees("Mörkertalet i Alunda.")
    police.press("Kommentera")
    police.fill(text="Vi ser samma sak i Gimo.")
    police.press("Skicka")
    coordinator.go(picture)
    coordinator.sees("Vi ser samma sak i Gimo.")
    coordinator.press("Anta lägesbilden")
    coordinator.fill(body="Kommunstyrelsen", decided_on="2026-02-12", minutes_reference="§ 14")
    coordinator.press("Anta lägesbilden")
    coordinator.sees("§ 14")
    with coordinator.page.expect_download() as fetched:
        coordinator.page.get_by_role("link", name="PDF").first.click()
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF")


def plan_against_the_cause(walker: Walker, problem: str) -> None:
    """A goal, a plan with a measure against the cause, and two activities, one for each party."""
    walker.go(problem)
    walker.press("Sätt ett mål", exact=True)
    walker.fill(text="Minska inbrotten i bostad", due_on=later(300))
    walker.press("Spara")
    walker.go("/plan/ny/")
    walker.fill(title="Åtgärdsplan 2026", starts_on="2026-01-01", ends_on="2026-12-31")
    walker.press("Spara")
    plan = walker.page.url.removeprefix(walker.house.address)
    walker.press("Inbrott i bostad, Gimo")
    walker.fill(
        causes="Tomma hus syns utifrån",
        goals="Minska inbrotten i bostad",
        title="Synlig närvaro i mörkret",
        operative_goal="34 kvällar",
        kind="situationell",
        reach="universell",
        responsible="Lokalpolisområde Norduppland",
        responsible_role="gruppchefen",
        starts_on="2026-01-01",
        ends_on="2026-12-31",
    )
    walker.press("Spara")
    measure = walker.page.url.removeprefix(walker.house.address)
    for actor, verb, unit in [
        ("Lokalpolisområde Norduppland", "går fotpatrull", "kvällar"),
        ("Östhammars kommun", "lagar belysningen på gångvägar", "gångvägar"),
    ]:
        walker.go(measure)
        walker.press("Planera en aktivitet", exact=True)
        walker.fill(actor=actor, verb=verb, place="Gimo centrum", number="8", unit=unit, due_on=later(30))
        walker.press("Spara")
    walker.go(plan)
    walker.press("Anta planen")
    walker.fill(body="Kommunstyrelsen", decided_on="2026-02-12", minutes_reference="§ 15")
    walker.press("Anta planen")
    walker.sees("§ 15")


def make_the_promise(walker: Walker, problem: str) -> str:
    """A promise made of both activities, offered for signature."""
    walker.go(problem)
    walker.press("Ge ett löfte", exact=True)
    walker.fill(
        title="Färre inbrott i Gimo",
        text="Vi lovar att ni ser oss när det är som mörkast.",
        benefit="Du ser polisen på kvällen och gångvägarna är upplysta.",
        starts_on=later(-60),
        ends_on=later(-1),
    )
    for box in walker.page.locator("input[name=activities], input[name=parties]").all():
        box.check()
    walker.press("Spara utkastet")
    promise = walker.page.url.removeprefix(walker.house.address)
    walker.press("Lägg fram")
    walker.press("Lägg fram för underskrift")
    walker.sees("väntar på underskrift")
    return promise


def both_sign(coordinator: Walker, police: Walker, promise: str) -> None:
    """Signatories of municipality and police approve the same text."""
    for walker in (police, coordinator):
        walker.go("/")
        walker.press("Läs och svara")
        walker.press("Läs och skriv under")
        walker.fill(answer="Vi godkänner texten")
        walker.press("Skicka svaret")
        walker.sees("har skrivit under")


def publish(walker: Walker, promise: str) -> str:
    """Publish, and give the public address."""
    walker.go(promise)
    walker.press("Publicera")
    walker.press("Publicera", exact=True)
    link = walker.page.locator("a[href*='/offentligt/loften/']").first
    address: str = link.get_attribute("href") or ""
    return address.removeprefix(walker.house.address)


def both_log(coordinator: Walker, police: Walker, promise: str) -> None:
    """Each party logs its own activity, the police through the promise that was shared with it."""
    for walker, verb, amount in [
        (police, "går fotpatrull", "5"),
        (coordinator, "lagar belysningen på gångvägar", "8"),
    ]:
        walker.go("/plan/aktiviteter/")
        walker.press(f"Logga {verb}")
        walker.fill(amount=amount, done_on=later(-2), hours="3,5")
        walker.press("Logga", exact=True)
        walker.go("/plan/aktiviteter/")
        walker.sees(f"{amount} av 8")


def follow_up_and_tell(walker: Walker, promise: str) -> None:
    """Follow up the promise and tell the residents how it went."""
    walker.go(promise)
    walker.press("Följ upp")
    walker.fill(
        colour="delvis gjort",
        kept="delvis hållet",
        seen="Belysningen blev klar, patrullerna blev färre.",
        lesson="Boka kvällarna tidigare.",
        next="fortsätt",
        public_text="Belysningen blev klar. Patrullerna blev färre än vi lovade.",
    )
    walker.press("Spara uppföljningen")
    walker.press("Redovisa för invånarna", exact=True)
    walker.press("Redovisa", exact=True)


def strangers_see_nothing(browser: Browser, known: Walker, addresses: list[str]) -> None:
    """Another municipality's coordinator gets 404 for everything."""
    stranger = Walker(context_of(browser, DESK).new_page(), known.house)
    stranger.sign_in("stranger")
    for address in addresses:
        answer = stranger.page.goto(known.house.address + address)
        assert answer is not None
        assert answer.status == 404


def later(days: int) -> str:
    """A day from today, as it is typed."""
    from tillsammans.kernel import clock

    return (clock.today() + timedelta(days=days)).isoformat()
