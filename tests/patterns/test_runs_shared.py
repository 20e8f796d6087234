"""Brå's own files for Stockholm county: the pages of Huddinge show what they say, and what two years can tell."""

import re
from pathlib import Path
from typing import Any

import pytest
from tests.markup import one_line
from tests.world import World

from tillsammans.areas.loading import load_areas
from tillsammans.imports.command import run
from tillsammans.indicators.models import Series
from tillsammans.patterns import runs
from tillsammans.patterns.models import PatternArea

CRIME = "3 kap. Brott mot liv och hälsa"
FILES = ("Databasfil2020_medstockholm.txt", "Databasfil2021_medstockholm.txt")


def rows(path: Path) -> list[tuple[str, str]]:
    """Huddinge's counts of the crime type, month by month."""
    lines = path.read_text(encoding="iso-8859-1").splitlines()
    parts = [line.split(";") for line in lines if line.startswith(f"Huddinge kommun;{CRIME};")]
    return list(dict.fromkeys((part[3], part[4]) for part in parts if part[4] != ".."))


@pytest.mark.shared
def test_huddinge_2020_2021(world: World, shared: Path, settings: Any, tmp_path: Path, capsys: Any) -> None:
    settings.VAR = tmp_path
    files = [shared / "data" / "05_bra" / name for name in FILES]
    common = world.gemensamt
    load_areas(common.pk)
    assert run("databasfil", files, "gemensamt", None, False, True) == 0, capsys.readouterr()
    with world.room("gemensamt"):
        runs.run(common.pk)
        series = Series.objects.get(area__code="0126", indicator__name=CRIME, indicator__unit="count")
        looked = PatternArea.objects.get(area=series.area)
    assert (looked.series, looked.longest, looked.last) == (6, 24, "2021-12")

    client = world.client("reader")
    page = one_line(client.get(f"/underlag/serie/{series.uuid}/").content.decode())
    shown = re.findall(r'<th scope="row">[a-z]+[ \xa0](2020|2021)</th><td class="n">(\d+)</td>', page)
    said = [(year, count) for year, path in zip(("2020", "2021"), files, strict=True) for _month, count in rows(path)]
    assert shown == said
    assert len(said) == 24
    assert "Det finns 24 månader som går att räkna på tillsammans" in page
    assert "Bara 2 år ligger bakom, så ett ovanligt år kan se ut som en årstid" in page
    assert "jan" in page
    assert "Läs in fler år." in page

    page = client.get(f"/underlag/serie/{series.uuid}/jamforelse/").content.decode()
    assert "mot kommunerna i Stockholms län, 2021" in page
    assert "härledd ur Brås tal" in page
    page = client.get(f"/underlag/sticker-ut/?omrade={series.area.uuid}").content.decode()
    assert "I Huddinge finns 24 månader." in page
    assert "Vad sticker ut: Huddinge" in page
