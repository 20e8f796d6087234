"""Tables of the police's division: what is taken, what looks wrong, and what is changed and undone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tillsammans.areas import actions, queries
from tillsammans.areas.loading import load_areas
from tillsammans.areas.models import Area, AreaImport, AreaLink
from tillsammans.formats import police_division as police_file
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.problems import ImportProblem

TODAY = date(2026, 1, 1)
HEAD = "polisregion,polisomrade,lokalpolisomrade,kommunkod,kommun\n"
EAST = (
    HEAD
    + """Öst,PO Södermanland,Eskilstuna,0484,Eskilstuna
Öst,PO Södermanland,Eskilstuna,0486,Strängnäs
Öst,PO Södermanland,Eskilstuna,1984,Arboga
"""
)
CODES = """regionkod,polisregion,polisomradeskod,polisomrade,lpo_kod,lokalpolisomrade
5200,Mitt,5202,Uppsala,520220,Norduppland
5200,Mitt,5203,Gävleborg,520310,Gävle
"""


@pytest.fixture
def country(world: Any) -> Any:
    load_areas(world.gemensamt.pk)
    return world


def refusal(content: str) -> str:
    with pytest.raises(ImportProblem) as caught:
        police_file.read(content.encode(), "f.csv")
    return str(caught.value)


def test_a_municipality_of_another_region_is_set_aside_with_a_warning() -> None:
    file = police_file.read(EAST.encode(), "f.csv")
    (district,) = file.districts
    assert (district.region, district.area, district.name) == ("Öst", "Södermanland", "Eskilstuna")
    assert district.municipalities == ("0484", "0486")
    assert district.strange == ("1984",)
    (note,) = file.notes
    assert "Arboga (1984) står under Eskilstuna i region Öst" in note
    assert "Västmanlands län, som hör till region Mitt" in note


def test_codes_without_municipalities_are_taken() -> None:
    assert [(row.code, row.municipalities) for row in police_file.read(CODES.encode(), "f").districts] == [
        ("520220", ()),
        ("520310", ()),
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "tom"),
        ("a,b\n1,2\n", "kolumnerna polisregion"),
        (HEAD, "inga lokalpolisområden"),
        (HEAD + "Söder,PO X,Y,0484,\n", "känd polisregion"),
        (HEAD + "Öst,PO X,,0484,\n", "känd polisregion"),
        (HEAD + "Öst,PO X,Y,9999,\n", "”9999” är ingen kommun"),
        (HEAD + "Öst,PO X,Y,,Atlantis\n", "”Atlantis” är ingen"),
        (HEAD + "Öst,PO X,Y,0484,Flen\n", "Koden 0484 är Eskilstuna"),
    ],
)
def test_what_cannot_be_trusted_is_refused_in_words(content: str, words: str) -> None:
    assert words in refusal(content)


def members(district: Area, day: date = TODAY) -> set[str]:
    return {area.code for area in queries.children(district, day, AreaLink.Kind.POLICE)}


def district(code: str) -> Area:
    found = queries.area_with("local_police_district", code, TODAY)
    assert found is not None
    return found


def test_a_table_is_saved_from_a_day_and_undone(country: Any) -> None:
    operator = country.actor("operator")
    moved = HEAD + "Öst,Södermanland,Eskilstuna,484,\nÖst,Södermanland,Eskilstuna,,Flen\n"
    with country.room("gemensamt"):
        upload = actions.upload_police(operator, None, content=moved.encode(), name="p.csv")
        saved = actions.save_police(operator, upload, since=date(2025, 1, 1))
        assert members(district("540130")) == {"0484", "0482"}
        assert members(district("540130"), date(2024, 12, 31)) == {"0484", "0486"}
        actions.undo_areas(operator, saved)
        assert members(district("540130")) == {"0484", "0486"}


def test_new_areas_and_published_codes_come_and_go(country: Any) -> None:
    operator = country.actor("operator")
    with country.room("gemensamt"):
        upload = actions.upload_police(operator, None, content=CODES.encode(), name="p.csv")
        saved = actions.save_police(operator, upload, since=date(2025, 1, 1))
        assert district("520220").name == "Norduppland"
        assert members(district("520220")) == {"0319", "0360", "0382"}
        assert [upper.name for upper in queries.ancestors(district("520310"), TODAY, AreaLink.Kind.POLICE)] == [
            "Gävleborg",
            "Mitt",
        ]
        with pytest.raises(RuleBroken, match="ändrar ingenting"):
            again = actions.upload_police(operator, None, content=CODES.encode(), name="p.csv")
            actions.save_police(operator, again, since=date(2025, 1, 1))
        actions.undo_areas(operator, saved)
        assert district("lpo-norduppland")
        assert queries.area_with("local_police_district", "520310", TODAY) is None
        assert queries.area_with("police_area", "5203", TODAY) is None


def test_what_is_strange_is_taken_only_on_purpose_and_the_plan_is_quick(country: Any) -> None:
    operator = country.actor("operator")
    with country.room("gemensamt"):
        upload = actions.upload_police(operator, None, content=EAST.encode(), name="p.csv")
        with pytest.raises(RuleBroken, match="ändrar ingenting"):
            actions.save_police(operator, upload, since=date(2025, 1, 1))
        actions.save_police(operator, upload, since=date(2025, 1, 1), strange=True)
        assert "1984" in members(district("540130"))
        many = [
            police_file.District("Öst", "", "Södermanland", "", f"X{number}", "", ("0482",)) for number in range(30)
        ]
        with CaptureQueriesContext(connection) as asked:
            queries.police_plan(many, TODAY)
        assert len(asked) == 4
    with country.room("osthammar"), pytest.raises(Refused):
        actions.upload_police(country.actor("coordinator"), None, content=EAST.encode(), name="p.csv")


@pytest.mark.both
def test_the_operator_reads_a_table_in_on_the_pages(country: Any) -> None:
    client = country.client("operator")
    answer = client.post(reverse("areas:add_police_file"), {"chosen": SimpleUploadedFile("p.csv", EAST.encode())})
    assert answer.status_code == 302
    page = client.get(answer["Location"]).content.decode()
    assert "Arboga (1984)" in page
    assert "Ta med även de kommuner" in page
    with country.room("gemensamt"):
        upload = AreaImport.objects.get()
    assert client.get(reverse("areas:preview", args=[upload.uuid]))["Location"] == answer["Location"]
    assert client.post(answer["Location"], {"since": "2025-01-01"}).status_code == 422
    assert client.post(answer["Location"], {"since": "2025-01-01", "strange": "on"}).status_code == 302
    assert ">gäller<" in client.get(reverse("areas:preview", args=[upload.uuid])).content.decode()
    assert client.post(reverse("areas:undo_areas", args=[upload.uuid])).status_code == 302
    with country.room("gemensamt"):
        assert members(district("540130")) == {"0484", "0486"}
        assert not list(queries.faults())
    # What is undone is looked at again, and can be saved again.
    assert client.post(answer["Location"], {"since": "2025-01-01", "strange": "on"}).status_code == 302
    with country.room("gemensamt"):
        assert members(district("540130")) == {"0484", "0486", "1984"}


@pytest.mark.shared
def test_region_east_has_nine_districts_and_one_strange_municipality(shared: Path) -> None:
    path = shared / "data" / "03_police_areas" / "lokalpolisomraden_region_ost.csv"
    file = police_file.read(path.read_bytes(), path.name)
    assert len(file.districts) == 9
    assert sum(len(row.municipalities) for row in file.districts) == 35
    assert [row.strange for row in file.districts if row.strange] == [("1984",)]
    assert len({row.area for row in file.districts}) == 3


@pytest.mark.shared
def test_the_codes_that_the_police_published_are_32(shared: Path) -> None:
    path = shared / "data" / "03_police_areas" / "lpo_koder_ur_uso_2023.csv"
    file = police_file.read(path.read_bytes(), path.name)
    assert len(file.districts) == 32
    assert {len(row.code) for row in file.districts} == {6}
    # Nacka has a code of Stockholm syd and lies in Stockholm nord: a code is a name, nothing follows from its digits.
    assert [row.name for row in file.districts if not row.code.startswith(row.area_code)] == ["Nacka"]
