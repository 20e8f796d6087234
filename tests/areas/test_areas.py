"""Areas, own areas and police areas in the database, through deeds and pages."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.geo import mapfiles

from tillsammans.areas import actions, queries
from tillsammans.areas.loading import load_areas
from tillsammans.areas.models import (
    Area,
    AreaGroup,
    AreaGroupMember,
    AreaImport,
    AreaLink,
)
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.scope import everywhere

pytestmark = pytest.mark.both

TODAY = date(2026, 1, 1)
SQUARE = [[18.4, 60.2], [18.5, 60.2], [18.5, 60.3], [18.4, 60.3], [18.4, 60.2]]


def geojson(name: str = "Gimo", code: str = "gimo") -> bytes:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"name": name, "code": code},
                    "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
                }
            ],
        }
    ).encode()


@pytest.fixture
def country(world: Any) -> Any:
    load_areas(world.gemensamt.pk)
    return world


def one(kind: str, code: str, on: date = TODAY) -> Area:
    found = queries.area_with(kind, code, on)
    assert found is not None
    return found


def test_loading_gives_the_country_and_a_second_run_changes_nothing(country: Any) -> None:
    with country.room("osthammar"):
        assert queries.areas(TODAY, kind="municipality").count() == 290
        assert queries.areas(TODAY, kind="county").count() == 21
        assert queries.areas(date(1996, 1, 1), kind="county").count() == 24
        assert queries.areas(TODAY, kind="police_region").count() == 7
    again = load_areas(country.gemensamt.pk)
    assert (again.areas, again.links, again.changed) == (0, 0, 0)
    out = StringIO()
    call_command("load_areas", stdout=out)
    assert "0 områden och 0 samband" in out.getvalue()


def test_loading_again_keeps_what_the_operator_edited_and_mends_the_rest(country: Any) -> None:
    with everywhere("a test edits"):
        Area.objects.filter(kind="police_region", code="5400").update(name="Östra regionen")
        Area.objects.filter(kind="municipality", code="0382").update(name="Fel")
    assert load_areas(country.gemensamt.pk).changed == 1
    with country.room("osthammar"):
        assert one("police_region", "5400").name == "Östra regionen"
        assert one("municipality", "0382").name == "Östhammar"


@pytest.mark.parametrize("text", ["osthammar", "ÖSTHAM", "O\u0308sthammar", "0382"])
def test_a_name_is_found_without_marks_and_case(country: Any, text: str) -> None:
    with country.room("osthammar"):
        assert [area.name for area in queries.areas(TODAY, text=text, kind="municipality")] == ["Östhammar"]


def test_areas_come_in_swedish_order(country: Any) -> None:
    with country.room("osthammar"):
        names = [area.name for area in queries.areas(TODAY, kind="municipality")]
    assert names.index("Övertorneå") == 289
    assert names.index("Åre") < names.index("Älvdalen") < names.index("Örebro")
    assert names.index("Ystad") < names.index("Åmål")


def test_heby_lies_in_the_county_of_the_day_and_knows_its_earlier_code(country: Any) -> None:
    with country.room("osthammar"):
        old, new = one("municipality", "1917", date(2006, 12, 31)), one("municipality", "0331", date(2007, 1, 1))
        assert queries.area_with("municipality", "1917", TODAY) is None
        assert [area.code for area in queries.parents(old, date(2006, 12, 31))] == ["19"]
        assert [area.code for area in queries.parents(new, TODAY)] == ["03"]
        succession = AreaLink.objects.get(parent=new, kind="succession")
        assert succession.child_id == old.pk


def test_habo_moved_between_counties_and_is_one_area(country: Any) -> None:
    with country.room("osthammar"):
        habo = one("municipality", "0643")
        assert [area.code for area in queries.parents(habo, date(1997, 12, 31))] == ["16"]
        assert [area.code for area in queries.parents(habo, date(1998, 1, 1))] == ["06"]


def test_administrative_and_police_trees_stand_side_by_side(country: Any) -> None:
    with country.room("osthammar"):
        osthammar = one("municipality", "0382")
        assert [area.name for area in queries.ancestors(osthammar, TODAY)] == ["Uppsala län", "Hela landet"]
        assert [area.name for area in queries.police_areas_of(osthammar, TODAY)] == ["Norduppland", "Uppsala", "Mitt"]
        assert [area.name for area in queries.police_areas_of(one("municipality", "2584"), TODAY)] == ["Nord"]
        assert len(queries.municipalities_of(one("county", "03"), TODAY)) == 8
        assert len(queries.municipalities_of(one("police_region", "5400"), TODAY)) == 35


def test_gotland_is_one_municipality_under_region_stockholm(country: Any) -> None:
    with country.room("osthammar"):
        gotland = one("municipality", "0980")
        assert [area.name for area in queries.police_areas_of(gotland, TODAY)] == ["Gotland", "Stockholm"]
        assert queries.municipalities_of(one("county", "09"), TODAY) == [gotland]


def test_own_areas_are_looked_at_then_saved_then_ended(country: Any) -> None:
    karin = country.actor("coordinator")
    with country.room("osthammar"):
        upload = actions.upload_areas(
            karin, None, files={"egna.geojson": geojson()}, parent=one("municipality", "0382")
        )
        assert not Area.objects.filter(kind="own").exists()
        actions.save_areas(karin, upload, valid_from=date(2024, 1, 1))
        own = one("own", "gimo")
        assert [area.code for area in queries.parents(own, TODAY)] == ["0382"]
        with pytest.raises(RuleBroken):
            actions.save_areas(karin, upload, valid_from=date(2025, 1, 1))
        actions.end_own_area(karin, own, valid_to=date(2025, 6, 30))
        assert queries.area_with("own", "gimo", date(2025, 6, 30)) == own
        assert queries.area_with("own", "gimo", date(2025, 7, 1)) is None


def test_a_new_version_of_an_own_area_ends_the_old_one_the_day_before(country: Any) -> None:
    karin = country.actor("coordinator")
    with country.room("osthammar"):
        for name, first in (("Gimo", date(2024, 1, 1)), ("Gimo tätort", date(2025, 1, 1))):
            upload = actions.upload_areas(
                karin, None, files={"egna.geojson": geojson(name)}, parent=one("municipality", "0382")
            )
            actions.save_areas(karin, upload, valid_from=first)
        assert one("own", "gimo", date(2024, 12, 31)).name == "Gimo"
        assert one("own", "gimo", date(2025, 1, 1)).name == "Gimo tätort"


REGSO = [{"regsokod": f"0382R00{n}", "regsonamn": f"Område {n}", "version": "2025_v2"} for n in (1, 2)]


def regso(**more: str) -> dict[str, bytes]:
    return {"regso.gpkg": mapfiles.geopackage([mapfiles.WEST, mapfiles.EAST], [{**row, **more} for row in REGSO])}


def test_regso_lies_in_its_municipality_and_divisions_stand_beside_each_other(country: Any) -> None:
    operator = country.actor("operator")
    with country.room("gemensamt"):
        for version in ("2018_v1", "2025_v2"):
            upload = actions.upload_areas(operator, None, files=regso(version=version))
            actions.save_areas(operator, upload)
    with country.room("osthammar"):
        new = one("regso", "0382R001_RegSO2025")
        assert queries.area_with("regso", "0382R001", TODAY) is None
        old = one("regso", "0382R001", date(2024, 12, 31))
        assert (new.vintage, old.vintage) == ("SCB, RegSO 2025 (2025_v2)", "SCB, RegSO 2018 (2018_v1)")
        assert [area.code for area in queries.parents(new, TODAY)] == ["0382"]
        (siblings,) = queries.comparison_sets(new)
        assert siblings.codes == ("0382R002_RegSO2025",)
        with pytest.raises(RuleBroken):
            again = actions.upload_areas(country.actor("coordinator"), None, files=regso())
            actions.save_areas(country.actor("coordinator"), again)
            again = actions.upload_areas(country.actor("coordinator"), None, files=regso())
            actions.save_areas(country.actor("coordinator"), again)


def test_a_file_is_undone_and_what_it_ended_holds_again(country: Any) -> None:
    karin = country.actor("coordinator")
    with country.room("osthammar"):
        parent = one("municipality", "0382")
        for name, first in (("Gimo", date(2024, 1, 1)), ("Gimo tätort", date(2025, 1, 1))):
            upload = actions.upload_areas(karin, None, files={"e.geojson": geojson(name)}, parent=parent)
            actions.save_areas(karin, upload, valid_from=first)
        actions.undo_areas(karin, upload)
        assert one("own", "gimo").name == "Gimo"
        assert one("own", "gimo").valid_to is None
        assert [area.code for area in queries.parents(one("own", "gimo"), TODAY)] == ["0382"]
        with pytest.raises(RuleBroken):
            actions.undo_areas(karin, upload)
        first_upload = AreaImport.objects.get(areas=one("own", "gimo"))
        group = AreaGroup.objects.create(organisation=country.osthammar, kind="own", name="x")
        AreaGroupMember.objects.create(organisation=country.osthammar, group=group, area=one("own", "gimo"))
        with pytest.raises(RuleBroken, match="används redan"):
            actions.undo_areas(karin, first_upload)
        assert one("own", "gimo")


def test_a_guessed_coordinate_system_must_be_confirmed(country: Any) -> None:
    karin = country.actor("coordinator")
    files = mapfiles.shapefile([mapfiles.WEST], [{"namn": "Gimo"}], prj=None)
    with country.room("osthammar"):
        upload = actions.upload_areas(karin, None, files=files, parent=one("municipality", "0382"))
        with pytest.raises(RuleBroken):
            actions.save_areas(karin, upload, valid_from=date(2024, 1, 1))
        actions.save_areas(karin, upload, valid_from=date(2024, 1, 1), confirmed=True)
        assert one("own", "gimo").name == "Gimo"


def test_what_was_never_saved_can_be_put_aside(country: Any) -> None:
    client = country.client("coordinator")
    with country.room("osthammar"):
        upload = actions.upload_areas(country.actor("coordinator"), None, files={"e.geojson": geojson()})
    assert "väntar på att du godkänner" in client.get(reverse("areas:uploads")).content.decode()
    assert client.post(reverse("areas:undo_areas", args=[upload.uuid])).status_code == 422
    assert client.post(reverse("areas:discard_areas", args=[upload.uuid])).status_code == 302
    assert "Inga områden är inlästa" in client.get(reverse("areas:uploads")).content.decode()
    assert client.get(reverse("areas:preview", args=[upload.uuid])).status_code == 404


def test_vulnerable_areas_lie_in_municipality_and_district(country: Any) -> None:
    operator = country.actor("operator")
    files = mapfiles.shapefile([mapfiles.WEST], [{"NAMN": "Gimo", "KATEGORI": "Riskområde", "OMRADESKOD": "520210"}])
    with country.room("gemensamt"):
        actions.save_areas(operator, actions.upload_areas(operator, None, files=files), valid_from=date(2023, 12, 1))
        area = one("vulnerable_area", "520210-gimo")
        assert area.category == "riskområde"
        assert [upper.code for upper in queries.parents(area, TODAY)] == ["0382"]
        assert [upper.name for upper in queries.parents(area, TODAY, AreaLink.Kind.POLICE)] == ["Uppsala-Knivsta"]
        ended = actions.end_own_area(operator, area, valid_to=date(2025, 11, 30))
        assert ended.valid_to == date(2025, 11, 30)


def test_a_shapefile_in_parts_goes_through_the_pages(country: Any) -> None:
    client = country.client("coordinator")
    parts = mapfiles.shapefile([mapfiles.WEST, mapfiles.EAST], [{"namn": "Väst"}, {"namn": "Öst"}], prj=None)
    answer = client.post(
        reverse("areas:upload"), {"chosen": [SimpleUploadedFile(name, content) for name, content in parts.items()]}
    )
    assert answer.status_code == 302
    preview = client.get(answer["Location"]).content.decode()
    assert "Jag har tittat på kartan" in preview
    assert "Ligger i Östhammar." in preview
    assert '<path d="M' in preview
    assert client.post(answer["Location"], {"valid_from": "2024-01-01"}).status_code == 422
    assert client.post(answer["Location"], {"valid_from": "2024-01-01", "confirmed": "on"}).status_code == 302
    with country.room("osthammar"):
        upload = AreaImport.objects.get()
        assert Area.objects.filter(kind="own").count() == 2
    assert ">gäller<" in client.get(reverse("areas:uploads")).content.decode()
    assert country.client("stranger").get(reverse("areas:undo_areas", args=[upload.uuid])).status_code == 404
    assert client.get(reverse("areas:undo_areas", args=[upload.uuid])).status_code == 200
    assert client.post(reverse("areas:undo_areas", args=[upload.uuid])).status_code == 302
    with country.room("osthammar"):
        assert not Area.objects.filter(kind="own").exists()


def test_own_areas_are_for_the_own_organisation(country: Any) -> None:
    karin, stranger = country.actor("coordinator"), country.actor("stranger")
    with country.room("osthammar"):
        upload = actions.upload_areas(
            karin, None, files={"egna.geojson": geojson()}, parent=one("municipality", "0382")
        )
        actions.save_areas(karin, upload, valid_from=date(2024, 1, 1))
        own = one("own", "gimo")
    with country.room("tierp"):
        assert queries.area_with("own", "gimo", TODAY) is None
    with pytest.raises((Refused, Area.DoesNotExist)):
        actions.end_own_area(stranger, own, valid_to=TODAY)


def test_a_faulty_file_leaves_nothing(country: Any) -> None:
    with country.room("osthammar"):
        with pytest.raises(ImportProblem):
            actions.upload_areas(
                country.actor("coordinator"), None, files={"e": b"{}"}, parent=one("municipality", "0382")
            )
        assert not AreaImport.objects.exists()


def test_the_operator_changes_a_district_from_a_day_and_the_past_stays(country: Any) -> None:
    operator = country.actor("operator")
    with country.room("gemensamt"):
        district = one("local_police_district", "lpo-norduppland")
        keep = [one("municipality", code) for code in ("0382", "0360")]
        changed = actions.change_police_area(
            operator,
            district,
            version=district.version,
            name="Norra Uppland",
            valid_from=district.valid_from,
            valid_to=None,
            upper=one("police_area", "5202"),
            municipalities=[*keep, one("municipality", "0331")],
            since=date(2025, 1, 1),
        )
        assert changed.name == "Norra Uppland"

        def members(day: date) -> set[str]:
            return {area.code for area in queries.children(district, day, AreaLink.Kind.POLICE)}

        assert members(date(2024, 12, 31)) == {"0319", "0360", "0382"}
        assert members(date(2025, 1, 1)) == {"0331", "0360", "0382"}
        assert [area.code for area in queries.parents(district, TODAY, AreaLink.Kind.POLICE)] == ["5202"]


def test_only_the_operator_changes_police_areas(country: Any) -> None:
    with country.room("osthammar"):
        district = one("local_police_district", "lpo-norduppland")
        for role in ("coordinator", "police", "administrator"):
            with pytest.raises(Refused):
                actions.change_police_area(
                    country.actor(role),
                    district,
                    version=None,
                    name="X",
                    valid_from=district.valid_from,
                    valid_to=None,
                    upper=None,
                    municipalities=[],
                    since=TODAY,
                )
            with pytest.raises(Refused):
                actions.add_police_area(
                    country.actor(role),
                    None,
                    kind="local_police_district",
                    name="X",
                    code="",
                    valid_from=TODAY,
                    upper=one("police_area", "5202"),
                    municipalities=[],
                )


def test_a_district_must_lie_in_a_police_area_and_have_its_own_code(country: Any) -> None:
    operator = country.actor("operator")
    with country.room("gemensamt"):
        new = {"kind": "local_police_district", "name": "Västerås södra", "valid_from": TODAY, "municipalities": []}
        with pytest.raises(RuleBroken):
            actions.add_police_area(operator, None, **new, code="", upper=one("police_region", "5200"))
        made = actions.add_police_area(operator, None, **new, code="", upper=one("police_area", "5201"))
        assert made.code == "local-police-district-vasteras-sodra"
        with pytest.raises(RuleBroken):
            actions.add_police_area(operator, None, **new, code=made.code, upper=one("police_area", "5201"))


def test_police_list_needs_the_same_number_of_queries_however_long(country: Any) -> None:
    with country.room("osthammar"):
        with CaptureQueriesContext(connection) as many:
            rows = queries.police_districts(TODAY)
        assert len(many) == 3
        by_name = {row.area.name: row for row in rows if row.area.kind == "local_police_district"}
        assert [area.name for area in by_name["Norduppland"].municipalities] == ["Tierp", "Älvkarleby", "Östhammar"]
        assert by_name["Norduppland"].upper is not None
        assert by_name["Norduppland"].upper.name == "Uppsala"


PAGES = ["areas:areas", "areas:police", "areas:upload", "areas:uploads"]


@pytest.mark.parametrize("name", PAGES)
def test_pages_open_for_a_coordinator(country: Any, name: str) -> None:
    assert country.client("coordinator").get(reverse(name)).status_code == 200


def test_the_list_finds_and_the_page_shows_the_area(country: Any) -> None:
    client = country.client("coordinator")
    page = client.get(reverse("areas:areas"), {"q": "osthammar", "slag": "municipality"}).content.decode()
    assert "Östhammar" in page
    assert "1 område" in page
    with country.room("osthammar"):
        uuid = one("municipality", "0382").uuid
    page = client.get(reverse("areas:area", args=[uuid])).content.decode()
    assert "Uppsala län" in page
    assert "Norduppland" in page
    assert '<path d="M' in page


def test_a_file_goes_from_upload_over_preview_to_saved_areas(country: Any) -> None:
    client = country.client("coordinator")
    with country.room("osthammar"):
        parent = one("municipality", "0382").pk
    bad = client.post(
        reverse("areas:upload"),
        {"parent": parent, "chosen": SimpleUploadedFile("e.geojson", b'{"type": "FeatureCollection", "features": []}')},
    )
    assert bad.status_code == 422
    assert "inga områden" in bad.content.decode()
    answer = client.post(
        reverse("areas:upload"), {"parent": parent, "chosen": SimpleUploadedFile("e.geojson", geojson("<b>Gimo</b>"))}
    )
    assert answer.status_code == 302
    preview = client.get(answer["Location"]).content.decode()
    assert "&lt;b&gt;Gimo" in preview
    assert client.post(answer["Location"], {"valid_from": "2024-01-01"}).status_code == 302
    with country.room("osthammar"):
        own = one("own", "gimo")
    assert country.client("stranger").get(reverse("areas:area", args=[own.uuid])).status_code == 404
    assert client.post(reverse("areas:end", args=[own.uuid]), {"valid_to": "2025-01-01"}).status_code == 302
    with country.room("osthammar"):
        assert queries.area_with("own", "gimo", TODAY) is None


def test_the_operator_edits_and_adds_police_areas_on_pages(country: Any) -> None:
    client = country.client("operator")
    with country.room("gemensamt"):
        district, upper = one("local_police_district", "520110"), one("police_area", "5201")
        vasteras = one("municipality", "1980")
    page = client.get(reverse("areas:edit_police", args=[district.uuid]))
    assert page.status_code == 200
    assert "Västerås" in page.content.decode()
    answer = client.post(
        reverse("areas:edit_police", args=[district.uuid]),
        {
            "name": "Västerås",
            "valid_from": "2015-01-01",
            "valid_to": "",
            "upper": upper.pk,
            "since": "2015-01-01",
            "municipalities": [vasteras.pk],
            "version": district.version,
        },
    )
    assert answer.status_code == 302
    with country.room("gemensamt"):
        assert queries.municipalities_of(district, TODAY) == [vasteras]
    answer = client.post(
        reverse("areas:add_police", args=[upper.uuid]),
        {"name": "Sala", "valid_from": "2015-01-01", "valid_to": "", "code": "", "municipalities": []},
    )
    assert answer.status_code == 302
    assert "Sala" in client.get(reverse("areas:police")).content.decode()
    assert country.client("coordinator").get(reverse("areas:edit_police", args=[district.uuid])).status_code == 403


def test_files_of_areas_cost_the_same_for_one_and_for_three(country: Any, django_assert_max_num_queries: Any) -> None:
    client, karin = country.client("coordinator"), country.actor("coordinator")

    def cost() -> int:
        client.get(reverse("areas:uploads"))
        with django_assert_max_num_queries(30) as captured:
            assert client.get(reverse("areas:uploads")).status_code == 200
        return len(captured)

    def hand_in(name: str) -> None:
        with country.room("osthammar"):
            actions.upload_areas(karin, None, files={"e.geojson": geojson(name)}, parent=one("municipality", "0382"))

    hand_in("Gimo")
    one_file = cost()
    hand_in("Alunda")
    hand_in("Öregrund")
    assert cost() == one_file
