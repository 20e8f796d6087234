"""Names in Brå's files become codes, and overlapping crime types are known."""

from datetime import date

import pytest

from tillsammans.formats.crime_types import crime_type, crime_type_code, lineage, overlap, tree_of
from tillsammans.formats.regions import region, region_to_code

pytestmark = pytest.mark.pure
TODAY = date(2024, 1, 1)


@pytest.mark.parametrize(
    ("name", "on", "code"),
    [
        ("Östhammar kommun", TODAY, "0382"),
        ("O\u0308sthammar kommun", TODAY, "0382"),
        ("ÖSTHAMMARS KOMMUN", TODAY, "0382"),
        ("Östhammar", TODAY, "0382"),
        ("Upplands-Bro kommun", TODAY, "0139"),
        ("Dals-Ed kommun", TODAY, "1438"),
        ("Håbo kommun", TODAY, "0305"),
        ("Habo kommun", TODAY, "0643"),
        ("Borås kommun", TODAY, "1490"),
        ("Heby kommun", date(2006, 12, 31), "1917"),
        ("Heby kommun", date(2007, 1, 1), "0331"),
        ("Heby kommun (Uppsala län from 2007)", date(2000, 1, 1), "0331"),
        ("Heby kommun (Västmanlands län tom 2006)", TODAY, "1917"),
        ("Malung kommun", date(2000, 1, 1), "2023"),
        ("Malung-Sälen kommun", date(2000, 1, 1), "2023"),
        ("Hela landet", TODAY, "00"),
        ("Stockholms län", TODAY, "01"),
        ("Stockholm Län", TODAY, "01"),
        ("Skaraborgs län", date(1996, 1, 1), "16"),
        ("Polisregion Öst", TODAY, "5400"),
        ("Region Mitt", TODAY, "5200"),
        ("Stadsdelsområde Farsta (Sthlm)", TODAY, "0180-farsta"),
        ("Stadsdelsområde Centrum (Gbg)", TODAY, "1480-centrum"),
        ("Kista stadsdel (upphörde 2007-01-01)", TODAY, "0180-kista-2007-01-01"),
    ],
)
def test_a_name_becomes_the_code_of_the_day(name: str, on: date, code: str) -> None:
    assert region_to_code(name, on) == code


@pytest.mark.parametrize(
    "name",
    [
        "Ankeborg kommun",
        "",
        "Östhamma kommun",
        "Stadsdelsområde X (Ankeborg)",
        "Kista stadsdel (upphörde 2007-13-41)",
        "Region Ingenstans",
    ],
)
def test_an_unknown_name_has_no_code(name: str) -> None:
    assert region_to_code(name, TODAY) is None


def test_a_district_lies_in_its_city_and_keeps_the_day_it_ended() -> None:
    found = region("Rinkeby-Kista stadsdel (upphörde 2024-01-01)", TODAY)
    assert found is not None
    assert (found.kind, found.parent, found.ended) == ("city_district", "0180", date(2024, 1, 1))


def test_codes_of_crime_types_are_stable_and_differ_between_trees() -> None:
    label = "3 kap. Brott mot liv och hälsa"
    assert crime_type_code(label) == "bra.manad.3-kap-brott-mot-liv-och-halsa"
    assert crime_type_code(label, "ar") == "bra.ar.3-kap-brott-mot-liv-och-halsa"
    assert [tree_of(period) for period in ("2020", "2020-01", "2020-Q1")] == ["ar", "manad", "manad"]


def test_a_part_knows_what_it_is_part_of() -> None:
    assault = crime_type("därav misshandel inkl. grov")
    assert assault.share
    assert lineage(assault.code) == (
        "bra.manad.3-kap-brott-mot-liv-och-halsa",
        "bra.manad.3-7-kap-brott-mot-person",
        "bra.manad.brott-mot-brottsbalken",
        "bra.manad.totalt-antal-brott",
    )


def test_overlapping_types_are_known_so_that_none_is_added_twice() -> None:
    chapter_3 = crime_type_code("3 kap. Brott mot liv och hälsa")
    chapter_4 = crime_type_code("4 kap. Brott mot frihet och frid")
    person = crime_type_code("3-7 kap. Brott mot person")
    assert not overlap(chapter_3, chapter_4)
    assert overlap(chapter_3, person)
    assert overlap(person, chapter_3)
    assert overlap(chapter_3, crime_type_code("Något nytt brott"))
    assert overlap(chapter_3, crime_type_code("4 kap. Brott mot frihet och frid", "ar"))


@pytest.mark.shared
def test_every_type_of_bras_month_tree_has_its_parent(shared) -> None:  # type: ignore[no-untyped-def]
    import csv

    with (shared / "data" / "05_bra" / "bra_brottstyper_manad_kommun.csv").open(encoding="utf-8") as file:
        rows = {row["brott_id"]: row for row in csv.DictReader(file)}
    for row in rows.values():
        found = crime_type(row["brott"])
        assert found.known, row["brott"]
        if row["foralder_id"]:
            assert found.parent == crime_type_code(rows[row["foralder_id"]]["brott"])
