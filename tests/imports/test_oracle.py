"""The import against answers found another way: real files read naively, and a model of what is in force."""

import random
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.formats.brafiles import ASSAULT, MONTHS, databasfil
from tests.world import World

from tillsammans.areas.loading import load_areas
from tillsammans.formats.regions import region_to_code
from tillsammans.imports import actions, jobs
from tillsammans.indicators.models import Import, Series, Value
from tillsammans.indicators.queries import faults, series_values
from tillsammans.kernel import uploads


@pytest.fixture(autouse=True)
def in_the_room(world: World, settings: Any, tmp_path: Path) -> Any:
    settings.VAR = tmp_path
    with world.room("osthammar"):
        yield


def run_import(world: World, *contents: bytes) -> Import | None:
    """Read files in and say yes to everything; ``None`` if they change nothing."""
    actor, address = world.actor("coordinator"), uuid4()
    kept = uploads.keep(address, [(f"fil{number}.txt", [data]) for number, data in enumerate(contents)])
    upload = jobs.check_files(actions.upload(actor, None, address=address, files=kept, background=False))
    preview = jobs.preview_of(upload)
    assert preview is not None
    if preview.changes_nothing:
        return None
    return jobs.run_import(actor, actions.start_import(actor, upload, consent=True, background=False))


@pytest.mark.shared
def test_every_figure_of_the_real_files_is_in_force_and_no_other(world: World, shared: Path) -> None:
    with world.room("gemensamt"):
        load_areas(world.gemensamt.pk)
    names = ["Databasfil2020_medstockholm.txt", "Databasfil2021_medstockholm.txt"]
    contents = [(shared / "data" / "05_bra" / name).read_bytes() for name in names]
    expected: dict[tuple[str, str, str], tuple[int, int]] = {}
    for content in contents:
        for line in content.decode("iso-8859-1").splitlines()[1:]:
            if line and ".." not in line:
                region, crime, year, month, count, rate, _end = line.split(";")
                area = region_to_code(region, date(int(year), 1, 1))
                assert area is not None
                expected[area, crime, f"{year}-{MONTHS.index(month) + 1:02}"] = int(count), int(rate)
    imported = run_import(world, *contents)
    assert imported is not None
    assert imported.created == 2 * len(expected)

    found: dict[tuple[str, str, str], list[Decimal | None]] = {}
    rows = list(Series.objects.select_related("indicator", "area").order_by("indicator__unit"))  # counts, then rates
    values = series_values(rows)
    for row in rows:
        for value in values[row.pk]:
            found.setdefault((row.area.code, row.indicator.name, value.point.period), []).append(value.point.value)
    assert {key: tuple(pair) for key, pair in found.items()} == expected
    assert run_import(world, *contents) is None
    assert not list(faults())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_order_of_imports_undos_and_redos_leaves_the_last_one_in_force(world: World, seed: int) -> None:
    chance = random.Random(seed)
    actor = world.actor("coordinator")
    made: list[tuple[Import, dict[str, int]]] = []
    for _step in range(12):
        deed = chance.choice(["import", "import", "turn"])
        if deed == "import" or not made:
            content = {month: chance.randint(0, 3) for month in chance.sample(MONTHS[:4], chance.randint(1, 4))}
            rows = [f"Östhammar kommun;{ASSAULT};2020;{month};{count};{count * 5};" for month, count in content.items()]
            imported = run_import(world, databasfil(*rows))
            if imported is not None:
                made.append((imported, content))
        else:
            place = chance.randrange(len(made))
            imported, content = made[place]
            turn = actions.undo_import if imported.state == Import.State.IN_FORCE else actions.redo_import
            made[place] = (turn(actor, imported), content)
        model: dict[str, int] = {}
        for imported, content in made:
            if imported.state == Import.State.IN_FORCE:
                model |= {f"2020-{MONTHS.index(month) + 1:02}": count for month, count in content.items()}
        series = Series.objects.filter(indicator__unit="count").first()
        held = series_values([series])[series.pk] if series else []
        assert {value.point.period: value.point.value for value in held} == model
    assert not list(faults())


@pytest.mark.shared
@pytest.mark.parametrize(
    ("file", "kind", "created"),
    [
        ("05_bra/sol_resultatsida_lan_2011-2016.html", "sol_page", 174),
        ("06_kolada/values_N00945_N03702.csv", "kolada", 111),
        ("05_bra/Databasfil2020.txt", "databasfil", 5544),
    ],
)
def test_real_files_of_every_kind_go_the_whole_way(
    world: World, shared: Path, file: str, kind: str, created: int
) -> None:
    with world.room("gemensamt"):
        load_areas(world.gemensamt.pk)
    imported = run_import(world, (shared / "data" / file).read_bytes())
    assert imported is not None
    assert (imported.kind, imported.state, imported.created) == (kind, "in_force", created)
    assert imported.created == Value.objects.filter(imported=imported).count()
    assert not list(faults())


@pytest.mark.shared
def test_koladas_list_of_names_is_handed_in_with_the_values(world: World, shared: Path) -> None:
    with world.room("gemensamt"):
        load_areas(world.gemensamt.pk)
    folder = shared / "data" / "06_kolada"
    imported = run_import(
        world, *((folder / name).read_bytes() for name in ("values_N00945_N03702.csv", "kpi_brott_trygghet.csv"))
    )
    assert imported is not None
    assert imported.created == 111
    assert set(Value.objects.values_list("file", flat=True)) == {0}
