"""Files of groups of municipalities, as SKR and Kolada write them."""

import gzip
import math
from collections import Counter
from pathlib import Path

import pytest

from tillsammans.areas import similar
from tillsammans.formats import municipality_groups as groups
from tillsammans.geo import land, reference
from tillsammans.kernel.problems import ImportProblem

pytestmark = pytest.mark.pure
SKR = """kommunkod,kommun,grupp,kolada_grupp_id
0382,Östhammar,Pendlingskommun nära mindre tätort,G92789
0360,Tierp,Pendlingskommun nära mindre tätort,G92789
2425,Dorotea,"Landsbygdskommun, ej nära större stad",G92791
0180,Stockholm,Storstäder,G92787
"""
KOLADA = """group_id,group_title,member_id,member_title
G1,"Liknande kommuner, övergripande, Östhammar, 2025",0360,Tierp
G1,"Liknande kommuner, övergripande, Östhammar, 2025",0331,Heby
G2,"Liknande kommuner socioekonomi, Dals-Ed, 2024",0382,Östhammar
G3,Kommuner med 20 000 - 29 999 invånare (ovägt medel),0382,Östhammar
G4,Uppsala läns kommuner (ovägt medel),0382,Östhammar
G5,Alla kommuner (ovägt medel),0382,Östhammar
G6,Storstäder (ovägt medel),0180,Stockholm
G3,Kommuner med 20 000 - 29 999 invånare (ovägt medel),0003,Region Uppsala
"""


def refusal(content: str | bytes) -> str:
    with pytest.raises(ImportProblem) as caught:
        groups.read(content.encode() if isinstance(content, str) else content, "f.csv")
    return str(caught.value)


def test_koladas_two_spellings_become_skrs_and_the_year_is_kept_and_said() -> None:
    found = groups.read(SKR.encode(), "f.csv")
    assert {(group.name, group.year, group.members) for group in found.groups} == {
        ("Pendlingskommun nära mindre stad/tätort", 2023, ("0360", "0382")),
        ("Landsbygdskommun", 2023, ("2425",)),
        ("Storstäder", 2023, ("0180",)),
    }
    notes = " ".join(found.notes)
    assert "tas som SKR:s senaste, 2023" in notes
    assert "286 kommuner saknas" in notes
    assert "”Pendlingskommun nära mindre tätort” heter ”Pendlingskommun nära mindre stad/tätort” hos SKR" in notes
    assert {group.year for group in groups.read(SKR.encode(), "f.csv", 2017).groups} == {2017}


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("C7. Pendlingskommun nära mindre stad/tätort", "Pendlingskommun nära mindre stad/tätort"),
        ("A1 Storstäder", "Storstäder"),
        ("Landsbygdskommun", "Landsbygdskommun"),
        ("STÖRRE STAD", "Större stad"),
    ],
)
def test_skrs_own_way_to_write_a_group(title: str, name: str) -> None:
    found = groups.read(f"Kommunkod;Kommungrupp 2017\n382;{title}\n".encode("cp1252"), "f.csv")
    assert [(group.name, group.year, group.members) for group in found.groups] == [(name, 2017, ("0382",))]


def test_koladas_table_gives_likes_with_their_subject_and_leaves_out_what_is_known_otherwise() -> None:
    found = groups.read(gzip.compress(KOLADA.encode()), "f.csv.gz")
    assert {(group.kind, group.code, group.subject, group.year, group.members) for group in found.groups} == {
        ("kolada", "G1", "0382", 2025, ("0331", "0360")),
        ("kolada", "G2", "1438", 2024, ("0382",)),
        ("kolada", "G3", "", None, ("0382",)),
        ("skr", "G6", "", 2023, ("0180",)),
    }
    assert any("2 grupper med alla kommuner" in note for note in found.notes)
    assert any("1 rad om annat än kommuner" in note for note in found.notes)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "tom"),
        ("a,b\n1,2\n", "kolumner som behövs"),
        ("kommunkod,grupp\n9999,Storstäder\n", "”9999” är ingen kommun"),
        ("kommunkod,grupp\n1917,Landsbygdskommun\n", "”1917” är ingen kommun som finns nu"),
        ("kommunkod,grupp\n03,Storstäder\n", "”03” är ingen kommun"),
        ("kommunkod,grupp\n0382,\n", "namn saknas"),
        ("kommunkod,grupp\n0382,Storstäder\n0382,Storstäder\n", "två gånger"),
        ("kommunkod,grupp\n0382,Storstäder\n0382,Större stad\n", "både i"),
        ("member_id,group_title\n0382,Uppsala läns kommuner\n", "inga grupper"),
        ('member_id,group_title\n0382,"Liknande kommuner, övergripande, Atlantis, 2025"\n', "nämner ingen kommun"),
        (gzip.compress(SKR.encode())[:-12], "trasig"),
        (b"\x1f\x8bnot gzip at all", "trasig"),
        (gzip.compress(b"0" * 40_000_000), "större än"),
    ],
)
def test_what_cannot_be_trusted_is_refused_in_words(content: str | bytes, words: str) -> None:
    assert words in refusal(content)


def test_the_nearest_are_of_the_same_size_and_density() -> None:
    people = {
        "0382": 22_000,
        "0360": 21_000,
        "0180": 980_000,
        "0184": 85_000,
        "2425": 2_400,
        "0319": 9_500,
        "0331": 14_200,
        "0380": 242_000,
        "0305": 22_700,
    }
    near = similar.nearest("0382", people, 3)
    assert near[0] == "0360"
    assert "0180" not in near
    assert similar.nearest("0382", people, 9) == ()
    assert similar.nearest("0114", people, 3) == ()


def test_the_nearest_agree_with_distances_by_hand() -> None:
    """Two that differ from the first by one standard deviation in size only, and by more."""
    size = land.km2()
    people = {code: round(size[code] * 10) for code in ("0382", "0360", "0319", "0331")}  # equal density
    by_size = sorted(("0360", "0319", "0331"), key=lambda code: abs(math.log(people[code] / people["0382"])))
    assert list(similar.nearest("0382", people, 3)) == by_size


def test_land_is_the_land_of_the_register() -> None:
    size = land.km2()
    assert len(size) == 290
    assert size["0382"] == pytest.approx(1450, rel=0.12)  # SCB: 1,451 km2 of land; the map counts lakes and skerries
    assert 407_000 < sum(size.values()) < 448_000  # the country's land, and its land with all lakes


@pytest.mark.shared
def test_skrs_nine_groups_hold_each_municipality_once(shared: Path) -> None:
    path = shared / "data" / "04_population" / "skr_kommungrupper_via_kolada.csv"
    found = groups.read(path.read_bytes(), path.name)
    assert {group.name for group in found.groups} == set(groups.SKR_GROUPS)
    members = Counter(code for group in found.groups for code in group.members)
    assert set(members) == {row["code"] for row in reference.data("areas")["municipalities"]}
    assert set(members.values()) == {1}
    assert {group.name: len(group.members) for group in found.groups}["Storstäder"] == 3


@pytest.mark.shared
def test_koladas_whole_table_is_read(shared: Path) -> None:
    path = shared / "data" / "06_kolada" / "municipality_groups.csv.gz"
    found = groups.read(path.read_bytes(), path.name)
    likes = [group for group in found.groups if group.subject]
    assert len(likes) == 580
    assert {len(group.members) for group in likes} == {7}
    assert Counter(group.year for group in likes) == {2024: 290, 2025: 290}
