"""What a municipality can be compared with: county, SKR's and Kolada's groups, those alike, and own choices."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.population import read_in_population

from tillsammans.areas import actions, queries
from tillsammans.areas.loading import load_areas
from tillsammans.areas.models import Area, AreaGroup, AreaGroupImport
from tillsammans.config import area_files
from tillsammans.kernel.access import Refused, RuleBroken
from tillsammans.kernel.editing import EditConflict
from tillsammans.kernel.problems import ImportProblem

SKR = """kommunkod,grupp,kolada_grupp_id
0382,Pendlingskommun nära mindre tätort,G92789
0360,Pendlingskommun nära mindre tätort,G92789
0319,Pendlingskommun nära mindre tätort,G92789
0331,"Landsbygdskommun, ej nära större stad",G92791
""".encode()
KOLADA = """group_id,group_title,member_id
G1,"Liknande kommuner, övergripande, Östhammar, 2025",0781
G1,"Liknande kommuner, övergripande, Östhammar, 2025",0360
G2,"Liknande kommuner, övergripande, Tierp, 2025",0382
G3,Kommuner med 20 000 - 29 999 invånare (ovägt medel),0382
G3,Kommuner med 20 000 - 29 999 invånare (ovägt medel),0305
""".encode()
PEOPLE = "kod;2023\n" + "".join(
    f"{code};{count}\n"
    for code, count in [
        ("0382", 22250),
        ("0360", 21100),
        ("0319", 9500),
        ("0331", 14200),
        ("0380", 242_000),
        ("0305", 22_700),
        ("0180", 984_000),
        ("2425", 2400),
        ("0781", 27_000),
        ("0330", 20_100),
    ]
)


@pytest.fixture
def country(world: Any) -> Any:
    load_areas(world.gemensamt.pk)
    return world


def place(code: str, kind: str = "municipality") -> Area:
    found = queries.area_with(kind, code, date(2026, 1, 1))
    assert found is not None
    return found


def read_in(country: Any, content: bytes, role: str = "operator", name: str = "g.csv") -> AreaGroupImport:
    actor = country.actor(role)
    with country.room("gemensamt" if role == "operator" else "osthammar"):
        staged = actions.stage_groups(actor, None, content=content, name=name, source="Kolada, april 2026")
        return actions.activate_groups(actor, staged)


def sets(country: Any, code: str = "0382", kind: str = "municipality") -> dict[str, queries.ComparisonSet]:
    with country.room("osthammar"):
        return {one.key: one for one in queries.comparison_sets(place(code, kind))}


def test_without_files_there_is_the_county_and_nothing_made_up(country: Any) -> None:
    found = sets(country)
    assert list(found) == ["county"]
    assert set(found["county"].codes) == {"0305", "0319", "0330", "0331", "0360", "0380", "0381"}
    assert len(found["county"].area_ids) == 7
    assert found["county"].name == "Kommunerna i Uppsala län"
    assert sets(country, "0980") == {}  # Gotland is a county of one municipality


def test_groups_hold_when_approved_and_what_held_before_comes_back(country: Any) -> None:
    operator = country.actor("operator")
    with country.room("gemensamt"):
        staged = actions.stage_groups(operator, None, content=SKR, name="g.csv", source="SKR")
    assert "skr" not in sets(country)
    with country.room("gemensamt"):
        actions.activate_groups(operator, staged)
    found = sets(country)["skr"]
    assert set(found.codes) == {"0319", "0360"}
    assert "2023" in found.why
    assert "SKR" in found.why
    newer = SKR.replace(b"0319,Pendlingskommun n\xc3\xa4ra mindre t\xc3\xa4tort,G92789\n", b"")
    with country.room("gemensamt"):
        second = actions.stage_groups(operator, None, content=newer, name="h.csv", source="SKR")
        change = queries.group_change(second)
        assert (change.new, change.same) == (0, 1)
        assert change.changed == (("Pendlingskommun nära mindre stad/tätort", (), ("Älvkarleby",)),)
        actions.activate_groups(operator, second)
    assert sets(country)["skr"].codes == ("0360",)
    with country.room("gemensamt"):
        actions.undo_groups(operator, second)
    assert set(sets(country)["skr"].codes) == {"0319", "0360"}


def test_a_newer_division_goes_before_an_older_one_that_was_read_in_later(country: Any) -> None:
    read_in(country, SKR)
    old = SKR.replace(b"kommunkod,grupp", b"kommunkod,grupp 2017").replace(b"0319", b"0381")
    read_in(country, old, name="old.csv")
    assert set(sets(country)["skr"].codes) == {"0319", "0360"}


def test_koladas_likes_are_those_around_the_municipality_not_those_it_is_a_like_of(country: Any) -> None:
    read_in(country, KOLADA)
    found = sets(country)
    assert [key for key in found if key.startswith("kolada")] == ["kolada-G1", "kolada-G3"]
    assert set(found["kolada-G1"].codes) == {"0360", "0781"}
    assert "2025" in found["kolada-G1"].why
    assert found["kolada-G3"].codes == ("0305",)


def test_those_alike_come_with_population_and_say_how(country: Any, settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path
    read_in_population(country, PEOPLE + "Källa: SCB, folkmängd\n")
    found = sets(country)["similar"]
    assert len(found.codes) == 7
    assert "0180" not in found.codes
    assert "av 10 med känd folkmängd 2023" in found.why
    assert "SCB, folkmängd" in found.why
    assert "similar" not in sets(country, "0381")


def test_the_number_of_queries_is_the_same_however_much_there_is(country: Any) -> None:
    with country.room("osthammar"):
        osthammar = place("0382")
        with CaptureQueriesContext(connection) as few:
            queries.comparison_sets(osthammar)
    read_in(country, SKR)
    read_in(country, KOLADA)
    karin = country.actor("coordinator")
    with country.room("osthammar"):
        for name in ("Ett", "Två", "Tre"):
            actions.add_own_group(karin, None, name=name, municipalities=[place("0360"), place("0319")])
        with CaptureQueriesContext(connection) as many:
            assert len(queries.comparison_sets(osthammar)) == 7
    assert len(many) <= len(few) + 2 <= 9


def test_the_same_file_again_changes_nothing_and_a_faulty_one_leaves_nothing(country: Any) -> None:
    read_in(country, SKR)
    with country.room("gemensamt"):
        before = AreaGroup.objects.count()
    for content, error in ((SKR, RuleBroken), (SKR + b"9999,Storst\xc3\xa4der,G1\n", ImportProblem)):
        with country.room("gemensamt"), pytest.raises(error):
            actions.stage_groups(country.actor("operator"), None, content=content, name="g.csv", source="SKR")
    with country.room("gemensamt"):
        assert AreaGroup.objects.count() == before
        assert AreaGroupImport.objects.count() == 1


def test_an_own_choice_is_saved_changed_removed_and_brought_back(country: Any) -> None:
    karin, stranger = country.actor("coordinator"), country.actor("stranger")
    with country.room("osthammar"):
        group = actions.add_own_group(karin, None, name="Kusten", municipalities=[place("0360"), place("2180")])
        with pytest.raises(RuleBroken):
            actions.add_own_group(karin, None, name="kusten", municipalities=[place("0360"), place("2180")])
        with pytest.raises(RuleBroken):
            actions.add_own_group(karin, None, name="En", municipalities=[place("0360")])
        key = f"own-{group.uuid}"
        assert set(sets(country)[key].codes) == {"0360", "2180"}
        changed = actions.change_own_group(
            karin, group, version=1, name="Norra kusten", municipalities=[place("0319"), place("2180"), place("0382")]
        )
        assert sets(country)[key].name == "Norra kusten"
        assert set(sets(country)[key].codes) == {"0319", "2180"}
        with pytest.raises(EditConflict):
            actions.change_own_group(karin, changed, version=1, name="X", municipalities=[place("0319"), place("2180")])
        actions.remove_own_group(karin, group)
        assert key not in sets(country)
        actions.restore_own_group(karin, group)
        assert key in sets(country)
    with country.room("tierp"):
        assert not queries.own_groups().exists()
    with pytest.raises((Refused, AreaGroup.DoesNotExist)):
        actions.remove_own_group(stranger, group)
    with country.room("osthammar"), pytest.raises(Refused):
        actions.remove_own_group(country.actor("reader"), group)


def test_a_county_is_compared_with_counties_and_the_country_with_nothing(country: Any) -> None:
    assert len(sets(country, "03", "county")["counties"].codes) == 20
    assert sets(country, "00", "nation") == {}


@pytest.mark.both
def test_pages_from_upload_to_force_and_own_choice(country: Any) -> None:
    client = country.client("coordinator")
    page = client.get(reverse("areas:groups"))
    assert page.status_code == 200
    bad = client.post(
        reverse("areas:add_groups"), {"chosen": SimpleUploadedFile("g.csv", b"a;b\n1;2\n"), "source": "x"}
    )
    assert bad.status_code == 422
    answer = client.post(reverse("areas:add_groups"), {"chosen": SimpleUploadedFile("g.csv", SKR), "source": "SKR"})
    assert answer.status_code == 302
    preview = client.get(answer["Location"]).content.decode()
    assert "Nya: 2" in preview
    assert "286 kommuner saknas" in preview
    with country.room("osthammar"):
        staged, osthammar = AreaGroupImport.objects.get(), place("0382")
        tierp, alvkarleby = place("0360").pk, place("0319").pk
    assert client.get(reverse("areas:force_groups", args=[staged.uuid])).status_code == 200
    assert client.post(reverse("areas:force_groups", args=[staged.uuid])).status_code == 302
    page = client.get(reverse("areas:area", args=[osthammar.uuid])).content.decode()
    assert "SKR: Pendlingskommun nära mindre stad/tätort" in page
    answer = client.post(reverse("areas:add_group"), {"name": "Norra", "municipalities": [tierp, alvkarleby]})
    assert answer.status_code == 302
    with country.room("osthammar"):
        group = AreaGroup.objects.get(kind="own")
    page = client.get(reverse("areas:edit_group", args=[group.uuid])).content.decode()
    assert page.count("checked") == 2
    assert "Norra" in client.get(reverse("areas:groups")).content.decode()
    assert client.post(reverse("areas:remove_group", args=[group.uuid])).status_code == 302
    assert "Ta tillbaka" in client.get(reverse("areas:groups")).content.decode()
    assert client.post(reverse("areas:restore_group", args=[group.uuid])).status_code == 302
    assert client.post(reverse("areas:undo_groups", args=[staged.uuid])).status_code == 302
    assert "SKR: " not in client.get(reverse("areas:area", args=[osthammar.uuid])).content.decode()
    assert client.post(reverse("areas:redo_groups", args=[staged.uuid])).status_code == 302
    assert "SKR: " in client.get(reverse("areas:area", args=[osthammar.uuid])).content.decode()
    # One that holds is not discarded; one that waits is.
    assert client.post(reverse("areas:discard_groups", args=[staged.uuid])).status_code == 403
    other = client.post(
        reverse("areas:add_groups"), {"chosen": SimpleUploadedFile("g.csv", SKR), "source": "SKR", "year": 2017}
    )
    client.post(f"{other['Location']}slang/")
    assert client.get(other["Location"]).status_code == 404
    for name in ("areas:edit_group", "areas:remove_group"):
        assert country.client("stranger").get(reverse(name, args=[group.uuid])).status_code == 404


def test_the_command_line_looks_imports_repeats_and_undoes(
    country: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "grupper.csv"
    path.write_bytes(SKR)

    def run(preview: bool = False) -> int:
        return area_files.run("kommungrupper", [path], "gemensamt", None, preview, False)

    assert run(preview=True) == 0
    assert "2 nya grupper" in capsys.readouterr().out
    with country.room("gemensamt"):
        assert not AreaGroupImport.objects.exists()
    assert run() == 0
    address = capsys.readouterr().out.split()[-1]
    assert "skr" in sets(country)
    assert run() == 1
    assert "gäller redan" in capsys.readouterr().err
    assert area_files.undo(address) == 0
    assert "skr" not in sets(country)
    assert area_files.undo("x") == 2
    assert area_files.run("kommungrupper", [tmp_path / "no.csv"], "gemensamt", None, False, True) == 2
