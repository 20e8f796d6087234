"""An import is looked at first, holds all or nothing, changes nothing the second time, and can be undone."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.formats.brafiles import ASSAULT, LIFE, PERSON, databasfil, two_years, year_rows
from tests.world import World

from tillsammans.areas.models import Area
from tillsammans.formats.units import BRA
from tillsammans.imports import actions, jobs
from tillsammans.imports.plan import prepare
from tillsammans.imports.rules import Preview
from tillsammans.imports.staging import stage
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.indicators.queries import faults, find_series, series_values
from tillsammans.kernel import uploads
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.models import AuditEntry
from tillsammans.kernel.problems import ImportProblem

pytestmark = pytest.mark.both

JAN = f"Östhammar kommun;{ASSAULT};2020;Jan;12;55;"
UploadFile = Callable[..., Import]


@pytest.fixture
def upload_file(world: World, settings: Any, tmp_path: Path) -> UploadFile:
    """Hand in and check files as the coordinator, or as somebody else."""
    settings.VAR = tmp_path

    def run(*contents: bytes, role: str = "coordinator") -> Import:
        address, actor = uuid4(), world.actor(role)
        kept = uploads.keep(address, [(f"fil{number}.txt", [data]) for number, data in enumerate(contents)])
        upload = actions.upload(actor, None, address=address, files=kept, background=False)
        return jobs.check_files(upload)

    return run


@pytest.fixture
def run_import(world: World, upload_file: UploadFile) -> Callable[..., Import]:
    """Hand in, check and read in."""

    def run(*contents: bytes, consent: bool = False, role: str = "coordinator") -> Import:
        actor = world.actor(role)
        upload = upload_file(*contents, role=role)
        return jobs.run_import(actor, actions.start_import(actor, upload, consent=consent, background=False))

    return run


def preview_of(upload: Import) -> Preview:
    found = jobs.preview_of(upload)
    assert found is not None
    return found


def count_series(code: str = "0382") -> Series:
    return Series.objects.get(indicator__unit="count", area__code=code)


def seen(code: str = "0382") -> list[tuple[str, Decimal | None]]:
    """Periods and values in force of the only count in the area."""
    series = count_series(code)
    return [(value.point.period, value.point.value) for value in series_values([series])[series.pk]]


@pytest.fixture(autouse=True)
def in_the_room(world: World) -> Any:
    with world.room("osthammar"):
        yield


def test_a_file_becomes_counts_and_published_rates_in_two_series(run_import: Any) -> None:
    imported = run_import(databasfil(JAN))
    assert seen() == [("2020-01", Decimal(12))]
    rate = Series.objects.get(indicator__unit="per_100k")
    assert [value.point.value for value in series_values([rate])[rate.pk]] == [Decimal(55)]
    assert (imported.created, imported.replaced, imported.unchanged) == (2, 0, 0)
    value = Value.objects.get(series=rate)
    assert (value.file, value.row) == (0, 2)


def test_preview_writes_nothing_that_a_reader_sees(upload_file: UploadFile) -> None:
    preview = preview_of(upload_file(databasfil(JAN)))
    assert preview.created == 2
    assert preview.first_rows[1] == tuple(JAN.removesuffix(";").split(";"))
    assert not Series.objects.exists()
    assert Import.objects.get().state == "staged"


def test_the_same_file_twice_changes_nothing(world: World, run_import: Any, upload_file: UploadFile) -> None:
    run_import(databasfil(JAN))
    again = upload_file(databasfil(JAN))
    assert preview_of(again).changes_nothing
    with pytest.raises(RuleBroken, match="ändrar ingenting"):
        actions.start_import(world.actor("coordinator"), again, background=False)
    assert [row.state for row in Import.objects.order_by("pk")] == ["in_force", "staged"]
    actions.discard_import(world.actor("coordinator"), again)
    assert Import.objects.count() == 1


def test_several_files_merge_and_each_value_knows_its_file(run_import: Any) -> None:
    run_import(
        databasfil(*year_rows("Östhammar kommun", 2020, [5] * 12)),
        databasfil(*year_rows("Östhammar kommun", 2021, [6] * 12)),
    )
    assert len(seen()) == 24
    series = count_series()
    files = {value.point.period: (value.file, value.row) for value in series_values([series])[series.pk]}
    assert files["2020-01"] == (0, 2)
    assert files["2021-12"] == (1, 13)


def test_final_replaces_preliminary_as_a_new_vintage(run_import: Any, upload_file: UploadFile) -> None:
    run_import(databasfil(JAN.replace("2020", "2020 prel.")))
    upload = upload_file(databasfil(JAN.replace(";12;55", ";14;64")))
    assert (preview_of(upload).final, preview_of(upload).changed_total) == (2, 0)
    imported = run_import(databasfil(JAN.replace(";12;55", ";14;64")))
    assert imported.replaced == 2
    assert seen() == [("2020-01", Decimal(14))]
    assert Value.objects.filter(series=count_series()).count() == 2


def test_preliminary_never_replaces_final(run_import: Any, upload_file: UploadFile) -> None:
    run_import(databasfil(JAN))
    preview = preview_of(upload_file(databasfil(JAN.replace("2020", "2020 prel.").replace(";12;55", ";9;40"))))
    assert preview.changes_nothing
    assert preview.older == 2


def test_a_changed_final_value_is_shown_and_asked_for(world: World, run_import: Any, upload_file: UploadFile) -> None:
    run_import(databasfil(JAN))
    upload = upload_file(databasfil(JAN.replace(";12;55", ";13;55")))
    (changed,) = preview_of(upload).changed
    assert (changed.area, changed.period, changed.old, changed.new, changed.row) == (
        "Östhammar",
        "2020-01",
        Decimal(12),
        Decimal(13),
        2,
    )
    actor = world.actor("coordinator")
    with pytest.raises(RuleBroken, match="Kryssa i") as refused:
        actions.start_import(actor, upload, background=False)
    assert refused.value.field == "consent"
    assert seen() == [("2020-01", Decimal(12))]
    jobs.run_import(actor, actions.start_import(actor, upload, consent=True, background=False))
    assert seen() == [("2020-01", Decimal(13))]


def test_two_values_for_one_key_stop_with_both_rows_and_leave_nothing(world: World, upload_file: UploadFile) -> None:
    upload = upload_file(databasfil(JAN, JAN.replace(";12;55", ";13;59")))
    problem = upload.problem
    assert problem is not None
    assert "rad 2" in str(problem)
    assert "rad 3" in str(problem)
    with pytest.raises(RuleBroken):
        actions.start_import(world.actor("coordinator"), upload, background=False)
    assert not Value.objects.exists()


def test_undo_brings_back_what_was_there_and_redo_takes_its_old_place(world: World, run_import: Any) -> None:
    run_import(databasfil(JAN.replace("2020", "2020 prel.")))
    second = run_import(databasfil(JAN.replace(";12;55", ";14;64")))
    actor = world.actor("coordinator")
    undone = actions.undo_import(actor, second)
    assert seen() == [("2020-01", Decimal(12))]
    actions.redo_import(actor, undone)
    assert seen() == [("2020-01", Decimal(14))]


def test_undoing_the_first_import_keeps_what_the_second_said_again(world: World, run_import: Any) -> None:
    first = run_import(databasfil(JAN))
    run_import(databasfil(JAN, JAN.replace("Jan", "Feb")))
    actions.undo_import(world.actor("coordinator"), first)
    assert [period for period, _value in seen()] == ["2020-01", "2020-02"]


def test_an_import_whose_ground_has_moved_is_refused_and_leaves_nothing(
    world: World, run_import: Any, upload_file: UploadFile
) -> None:
    actor = world.actor("coordinator")
    upload = upload_file(databasfil(JAN.replace(";12;55", ";13;59")))
    begun = actions.start_import(actor, upload, background=False)
    run_import(databasfil(JAN))
    with pytest.raises(RuleBroken, match="ändrats"):
        jobs.run_import(actor, begun)
    assert seen() == [("2020-01", Decimal(12))]
    begun.refresh_from_db()
    assert begun.state == "staged"  # so that the files can be checked and tried again
    assert not begun.values.exists()
    jobs.check_files(upload)
    assert preview_of(upload).changed_total == 2


def test_two_imports_side_by_side_never_both_come_into_force_unseen(world: World, upload_file: UploadFile) -> None:
    """Both were staged against the same ground; the second one must look again."""
    actor = world.actor("coordinator")
    first, second = upload_file(databasfil(JAN)), upload_file(databasfil(JAN.replace(";12;55", ";13;59")))
    begun = [actions.start_import(actor, upload, background=False) for upload in (first, second)]
    plans = [prepare(upload.stored_files(), actor.organisation_id) for upload in (first, second)]
    for imported, plan in zip(begun, plans, strict=True):
        stage(imported, plan)
    actions.activate(actor, begun[0], preview=plans[0].preview)
    with pytest.raises(RuleBroken, match="under tiden"):
        actions.activate(actor, begun[1], preview=plans[1].preview)
    assert seen() == [("2020-01", Decimal(12))]


def test_staging_twice_leaves_each_value_once(world: World, upload_file: UploadFile) -> None:
    """A worker that is killed in the middle starts over."""
    actor = world.actor("coordinator")
    upload = upload_file(two_years())
    imported = actions.start_import(actor, upload, background=False)
    plan = prepare(upload.stored_files(), actor.organisation_id)
    stage(imported, plan)
    assert list(series_values([count_series()]).values()) == [[]]  # staged, and not in force
    jobs.import_files(actor, lambda done, total, message: None, str(imported.uuid))
    assert Value.objects.count() == 48
    assert not uploads.folder(upload.uuid).exists()
    assert not list(faults())


def test_marks_never_take_a_value_away_and_an_unchosen_crime_type_gives_no_series(
    run_import: Any, upload_file: UploadFile
) -> None:
    run_import(databasfil(JAN, f"Östhammar kommun;{PERSON};2020;Jan;..;..;"))
    assert [series.indicator.name for series in Series.objects.filter(indicator__unit="count")] == [ASSAULT]
    preview = preview_of(upload_file(databasfil(f"Östhammar kommun;{ASSAULT};2020;Jan;..;..;")))
    assert preview.changes_nothing
    assert preview.empty == 2


def test_an_unknown_region_is_named_and_skipped(upload_file: UploadFile) -> None:
    preview = preview_of(upload_file(databasfil(JAN, JAN.replace("Östhammar kommun", "Ankeborg kommun"))))
    assert [(one.name, one.count) for one in preview.unmatched] == [("Ankeborg kommun", 2)]
    assert (preview.created, preview.unmatched_values) == (2, 2)


def test_a_city_district_without_register_becomes_an_area_of_the_organisation(world: World, run_import: Any) -> None:
    run_import(databasfil(JAN.replace("Östhammar kommun", "Stadsdelsområde Farsta (Sthlm)")))
    area = Area.objects.get(kind="city_district")
    assert (area.name, area.organisation_id) == ("Farsta", world.osthammar.pk)


def test_a_narrower_crime_type_knows_the_broader_one(run_import: Any) -> None:
    life = JAN.replace(ASSAULT, LIFE).replace(";12;55", ";15;68")
    run_import(databasfil(JAN, life, f"Östhammar kommun;{PERSON};2020;Jan;..;..;"))
    assault = Indicator.objects.get(name=ASSAULT, unit="count")
    assert assault.part_of is not None
    assert assault.part_of.name == LIFE
    assert assault.part_of.part_of is not None
    assert assault.part_of.part_of.name == PERSON


def test_a_reader_is_refused_and_the_refusal_is_logged(world: World, upload_file: UploadFile) -> None:
    with pytest.raises(Refused):
        upload_file(databasfil(JAN), role="reader")
    entry = AuditEntry.objects.latest("pk")
    assert (entry.deed, entry.outcome) == ("imports.upload", "refused")


def test_every_deed_of_an_import_is_in_the_log(world: World, run_import: Any) -> None:
    imported = run_import(databasfil(JAN))
    actions.undo_import(world.actor("coordinator"), imported)
    deeds = list(AuditEntry.objects.order_by("number").values_list("deed", flat=True))
    assert deeds == [f"imports.{name}" for name in ("upload", "start_import", "activate", "undo_import")]


def test_an_undone_import_is_not_undone_again(world: World, run_import: Any) -> None:
    imported = run_import(databasfil(JAN))
    actions.undo_import(world.actor("coordinator"), imported)
    with pytest.raises(Refused, match="gäller"):
        actions.undo_import(world.actor("coordinator"), imported)


def test_another_organisations_import_is_out_of_reach(world: World, run_import: Any) -> None:
    imported = run_import(databasfil(JAN))
    with pytest.raises(Import.DoesNotExist):
        actions.undo_import(world.actor("stranger"), imported)
    with world.room("tierp"):
        assert not Series.objects.exists()
        assert not Value.objects.exists()


def test_the_operators_import_is_read_by_all_and_the_own_one_goes_first(world: World, run_import: Any) -> None:
    with world.room("gemensamt"):
        run_import(databasfil(JAN), role="operator")
    area = world.areas["0382"]
    indicator = Indicator.objects.get(unit="count")
    common = find_series(indicator, [area], "month", BRA)[area.pk]
    assert common.organisation.common
    run_import(databasfil(JAN))
    assert find_series(indicator, [area], "month", BRA)[area.pk].organisation_id == world.osthammar.pk


def test_verify_finds_a_value_that_went_missing(run_import: Any) -> None:
    run_import(databasfil(JAN))
    assert not list(faults())
    Value.objects.filter(series__indicator__unit="count").delete()
    assert [fault.invariant for fault in faults()] == ["imports.import"]


def test_a_file_that_is_nothing_known_and_no_table_is_refused_with_words(upload_file: UploadFile) -> None:
    problem = upload_file(b"hej hopp\n1 2\n").problem
    assert isinstance(problem, ImportProblem)
    assert "känns inte igen" in str(problem)


def test_many_contradictions_between_files_are_counted_and_the_first_are_shown(upload_file: UploadFile) -> None:
    counts = [list(range(start, start + 12)) for start in (10, 50)]
    files = [
        databasfil(*(row for year in (2020, 2021, 2022) for row in year_rows("Östhammar kommun", year, one)))
        for one in counts
    ]
    problem = upload_file(*files).problem
    assert problem is not None
    assert problem.total == 2 * 36  # a count and a rate each
    assert len(problem.errors) == 20
    assert "10 på rad 2 i fil0.txt och 50 på rad 2 i fil1.txt" in str(problem)


def test_overlapping_files_say_what_they_repeat(upload_file: UploadFile) -> None:
    preview = preview_of(upload_file(databasfil(JAN), databasfil(JAN, JAN.replace("Jan", "Feb"))))
    assert preview.created == 4
    assert ("Samma uppgift en gång till.", 2) in [(left.why, left.count) for left in preview.left_out]


def test_a_preliminary_and_a_final_file_together_give_the_final(upload_file: UploadFile) -> None:
    preliminary = databasfil(JAN.replace("2020", "2020 prel.").replace(";12;55", ";9;40"))
    for files in ((preliminary, databasfil(JAN)), (databasfil(JAN), preliminary)):
        preview = preview_of(upload_file(*files))
        assert (preview.created, preview.preliminary) == (2, 0)
