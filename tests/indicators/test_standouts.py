"""What stands out: computed after an import, kept, shown in order of evidence, and put into the picture."""

from typing import Any

import numpy as np
import pytest
from tests.world import World

from tillsammans.indicators import standouts
from tillsammans.indicators.models import Finding, Import, Indicator, PatternArea, PatternRun, Series, Value
from tillsammans.kernel import clock
from tillsammans.kernel.scope import everywhere

YEARS = range(2015, 2021)


@pytest.fixture(autouse=True)
def files_of_its_own(settings: Any, tmp_path: Any) -> None:
    settings.VAR = tmp_path


def lay(
    world: World, counts: dict[tuple[str, str], list[int]], organisation: str = "osthammar", first: int = 2015,
    preliminary: int = 0,
) -> Import:
    """Monthly counts from January of ``first``, by area code and name of the crime type, in one import in force."""
    with everywhere("a test lays figures"):
        owner = world.organisations[organisation]
        person = world.people["coordinator"][0]
        imported = Import.objects.create(
            organisation=owner, kind="databasfil", source="Brå, anmälda brott", files=f"{'a' * 64} uttag.txt",
            state="in_force", person=person, in_force_at=clock.now(),
        )
        for (code, name), values in counts.items():
            indicator, _made = Indicator.objects.get_or_create(
                code=f"bra.manad.{name.lower()}", defaults={"name": name, "unit": "count"})
            series, _made = Series.objects.get_or_create(
                organisation=owner, indicator=indicator, area=world.areas[code], period_kind="month",
                source="Brå, anmälda brott", breakdown="",
            )
            months = [f"{first + at // 12}-{at % 12 + 1:02}" for at in range(len(values))]
            Value.objects.bulk_create([
                Value(organisation=owner, series=series, period=month, imported=imported, value=value,
                      preliminary=at >= len(values) - preliminary, row=at + 2)
                for at, (month, value) in enumerate(zip(months, values, strict=True))
            ])
        return imported


def even(level: float, seed: int, years: int = 6) -> list[int]:
    return [int(n) for n in np.random.default_rng(seed).poisson(level, 12 * years)]


@pytest.fixture
def figures(world: World) -> Import:
    """Six years: one crime type with an odd last month, one that falls, one in summer, one too rare, one quiet."""
    months = np.arange(72)
    odd = [*even(20, 1)[:-1], 60]
    falling = [int(n) for n in np.random.default_rng(2).poisson(60 * 0.85 ** (months / 12))]
    wave = 1 + 0.7 * np.cos(2 * np.pi * (months - 6) / 12)
    summer = [int(n) for n in np.random.default_rng(3).poisson(30 * wave)]
    return lay(world, {
        ("0382", "Inbrott"): odd, ("0382", "Skadegörelse"): falling, ("0382", "Båtstöld"): summer,
        ("0382", "Förfalskning"): [0] * 60 + [1] + [0] * 11, ("0382", "Misshandel"): even(25, 4),
    })


def look(world: World, organisation: str = "osthammar") -> PatternRun:
    with world.room(organisation):
        return standouts.run(world.organisations[organisation].pk)


def test_each_pattern_is_found_and_nothing_in_the_quiet_series(world: World, figures: Import) -> None:
    look(world)
    with world.room("osthammar"):
        found = {(row.indicator.name, row.kind): standouts.found_in(row) for row in Finding.objects.all()}
        looked = PatternArea.objects.get()
    assert set(found) == {("Inbrott", "unusual"), ("Skadegörelse", "trend"), ("Båtstöld", "season")}
    odd = found["Inbrott", "unusual"].result
    assert (odd.month, odd.observed) == ("2020-12", 60)
    assert odd.lower <= 20 <= odd.upper < 60
    falling = found["Skadegörelse", "trend"].result
    assert falling.low < 0.85 < falling.high < 1
    assert 7 in found["Båtstöld", "season"].result.peaks
    assert looked.series == 5
    assert "Förfalskning" in looked.too_few
    assert looked.tests == 4 * (3 + 1 + 1)  # three months, a trend and a season in each series that can be judged


def test_the_page_says_it_in_sentences_with_the_strongest_evidence_first(world: World, figures: Import) -> None:
    look(world)
    page = world.client("coordinator").get("/underlag/sticker-ut/").content.decode()
    assert "Inbrott i Östhammar: 60 i december 2020, fler än de " in page
    assert "som är vanligt i december" in page
    assert "Skadegörelse i Östhammar: minskar med" in page
    assert "Båtstöld i Östhammar: flest i" not in page  # the season stands for itself
    assert "av 20 bedömningar" in page
    assert "Brottstyper med för litet underlag för att tolkas" in page
    assert page.index("Inbrott i Östhammar: 60") < page.index("Förfalskning")
    with world.room("osthammar"):
        by_evidence = Finding.objects.exclude(kind="season").order_by("p").values_list("indicator__name", flat=True)
        first, second = (f"{name} i Östhammar:" for name in by_evidence)
    assert page.index(first) < page.index(second)
    summer = world.client("coordinator").get("/underlag/sticker-ut/?slag=season").content.decode()
    assert "Båtstöld i Östhammar: flest i" in summer


def test_an_empty_page_says_what_to_do(world: World) -> None:
    page = world.client("coordinator").get("/underlag/sticker-ut/").content.decode()
    assert "Inga siffror är genomgångna än" in page
    assert "Läs in brottsstatistik" in page
