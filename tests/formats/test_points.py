"""Points are counted per area, month and type, in any coordinates that Sweden uses, and leave nothing of themselves."""

import gzip
import json
import random
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xlsxwriter

from tillsammans.formats import points
from tillsammans.formats.guards import head_of
from tillsammans.formats.observations import Place, Table
from tillsammans.formats.point_areas import Cells, Shapes, municipality_areas
from tillsammans.geo.projections import PROJECTIONS
from tillsammans.kernel.problems import ImportProblem

pytestmark = pytest.mark.pure

# Invented events: two in Östhammar, one in Uppsala, one in the middle of the Baltic, one without a place.
EVENTS = [
    (18.374, 60.258, "2026-01-12", "Skadegörelse"),
    (18.374, 60.258, "2026-01-30", "Stöld"),
    (17.640, 59.858, "2026-02-03", "Stöld"),
    (20.5, 58.0, "2026-02-04", "Stöld"),
    (None, None, "2026-02-05", "Stöld"),
]
SQUARE = '{"type":"Polygon","coordinates":[[[%s,%s],[%s,%s],[%s,%s],[%s,%s],[%s,%s]]]}'


def text_of(rows: list[Any], heads: str = "Longitud,Latitud,Datum,Brottstyp", sign: str = ",") -> bytes:
    lines = [heads.replace(",", sign), *(sign.join("" if cell is None else str(cell) for cell in row) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def count(folder: Path, content: bytes, areas: Any = None, **more: Any) -> tuple[Table, points.Counted]:
    path = folder / "punkter.csv"
    path.write_bytes(content)
    return points.count(path, path.name, areas or municipality_areas(), **more)


def figures(table: Table) -> dict[tuple[str, str, str], int]:
    """Place's code, type and month: how many, without the zeros."""
    return {
        (table.places[one.place].code, table.measured[one.measured].name, one.period): int(one.value)
        for one in table.observations
        if one.value
    }


WANTED = {("0382", "Skadegörelse", "2026-01"): 1, ("0382", "Stöld", "2026-01"): 1, ("0380", "Stöld", "2026-02"): 1}


def test_events_are_counted_where_and_when_they_were_and_the_rest_is_said(tmp_path: Path) -> None:
    table, counted = count(tmp_path, text_of(EVENTS))
    assert figures(table) == WANTED
    assert (counted.rows, counted.without_coordinates, counted.outside) == (5, 1, 1)
    assert {(left.why, left.count) for left in table.left_out} == {
        ("Rader utan koordinater.", 1),
        ("Rader utanför områdena.", 1),
    }
    # Zeros stand for the months of the file in which an area had none of a type it has.
    assert len(table.observations) == 6
    assert {one.value for one in table.observations} == {Decimal(0), Decimal(1)}
    said = " ".join(table.understood)
    assert "kolumnen Longitud är koordinaten österut och kolumnen Latitud norrut, i WGS 84" in said
    assert "Månaden tas ur kolumnen Datum" in said
    assert "Slaget tas ur kolumnen Brottstyp" in said


def test_nothing_of_a_point_is_left(tmp_path: Path) -> None:
    rows = [(*row, "Storgatan 1", f"K-{number}") for number, row in enumerate(EVENTS)]
    table, _counted = count(tmp_path, text_of(rows, "Longitud,Latitud,Datum,Brottstyp,Adress,Id"))
    for hidden in ("18.374", "60.258", "Storgatan", "K-1"):
        assert hidden not in repr(table)
    assert table.first_rows[1] == ("…", "…", "2026-01-12", "Skadegörelse", "…", "…")


def in_plane(epsg: int) -> list[Any]:
    rows: list[Any] = []
    for longitude, latitude, day, kind in EVENTS:
        if longitude is None:
            rows.append((None, None, day, kind))
            continue
        x, y = PROJECTIONS[epsg].to_plane(np.array([longitude]), np.array([latitude]))
        rows.append((f"{x[0]:.2f}", f"{y[0]:.2f}", day, kind))
    return rows


def exchanged(rows: list[Any]) -> list[Any]:
    return [(row[1], row[0], *row[2:]) for row in rows]


@pytest.mark.parametrize(
    ("rows", "heads", "says"),
    [
        (exchanged(EVENTS), "lat,lon,month,type", "kolumnen lon är koordinaten österut"),
        (exchanged(EVENTS), "Longitude,Latitude,date,type", "Kolumnernas namn säger tvärtom"),
        (EVENTS, "a,b,c,type", "kolumnen a är koordinaten österut och kolumnen b norrut"),
        (in_plane(3006), "E,N,Datum,Brott", "SWEREF 99 TM"),
        (
            exchanged(in_plane(3006)),
            "X,Y,Datum,Brott",
            "kolumnen Y är koordinaten österut",
        ),  # Swedish X is to the north
        (in_plane(3011), "E (SWEREF 99 18 00),N (SWEREF 99 18 00),Datum,Brott", "SWEREF 99 18 00"),
        (in_plane(3011), "Ost 3011,Nord 3011,Datum,Brott", "SWEREF 99 18 00"),
    ],
)
def test_coordinates_are_known_by_their_content(rows: list[Any], heads: str, says: str, tmp_path: Path) -> None:
    table, _counted = count(tmp_path, text_of(rows, heads))
    assert figures(table) == WANTED
    assert says in " ".join(table.understood)


def test_a_zone_that_nobody_says_is_found_by_the_municipality_or_refused(tmp_path: Path) -> None:
    content = text_of(in_plane(3011)[:2], "E,N,Datum,Brott")
    with pytest.raises(ImportProblem, match="säger inte vilken"):
        count(tmp_path, content)
    table, _counted = count(tmp_path, content, municipality="0382")
    assert "bara i SWEREF 99 18 00 ligger punkterna i kommunen" in " ".join(table.understood)
    assert sum(figures(table).values()) == 2
    with pytest.raises(ImportProblem, match="stämmer inte med kommunen"):
        count(tmp_path, content, municipality="1480")
    assert sum(figures(count(tmp_path, content, epsg=3011)[0]).values()) == 2


def test_decimal_commas_other_signs_packed_files_and_workbooks(tmp_path: Path) -> None:
    commas = [
        (*(None if cell is None else str(cell).replace(".", ",") for cell in row[:2]), *row[2:]) for row in EVENTS
    ]
    assert figures(count(tmp_path, text_of(commas, sign=";"))[0]) == WANTED
    assert figures(count(tmp_path, text_of(EVENTS, sign="\t"))[0]) == WANTED
    assert figures(count(tmp_path, gzip.compress(text_of(EVENTS)))[0]) == WANTED
    assert figures(count(tmp_path, b"\xef\xbb\xbf" + text_of(EVENTS))[0]) == WANTED
    assert figures(count(tmp_path, text_of(EVENTS).split(b"\n", 1)[1])[0]) == {
        (code, "Händelser", month): sum(
            value for (one, _kind, when), value in WANTED.items() if (one, when) == (code, month)
        )
        for code, _kind, month in WANTED
    }  # without a head there is no column of types
    made = BytesIO()
    with xlsxwriter.Workbook(made) as book:
        book.add_worksheet("Om").write(0, 0, "Bara text")
        sheet = book.add_worksheet("Händelser")
        sheet.write_row(0, 0, ["Longitud", "Latitud", "Datum", "Brottstyp"])
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for number, (x, y, when, kind) in enumerate(EVENTS, start=1):
            if x is not None:
                sheet.write_row(number, 0, [x, y])
            sheet.write_datetime(number, 2, np.datetime64(when).item(), day)
            sheet.write(number, 3, kind)
    table, _counted = count(tmp_path, made.getvalue())
    assert figures(table) == WANTED
    assert "Bladet Om har inga koordinater" in " ".join(table.understood)
    assert {one.sheet for one in table.observations if one.value} == {"Händelser"}


def test_what_is_nowhere_or_never_is_counted_and_ids_are_looked_at(tmp_path: Path) -> None:
    rows = [
        (18.374, 60.258, "2026-01", "Stöld", "a"),
        (18.374, 60.258, "2026-01", "Stöld", "a"),
        (0, 0, "2026-01", "Stöld", ""),
        (18.374, 60.258, "", "Stöld", "b"),
        (18.374, 60.258, "2026-01", "", "c"),
    ]
    table, counted = count(tmp_path, text_of(rows, "Longitud,Latitud,Datum,Brottstyp,id"))
    assert (
        counted.without_coordinates,
        counted.without_month,
        counted.without_id,
        counted.repeated_ids,
        counted.piled,
    ) == (1, 1, 1, 1, 3)
    assert figures(table) == {("0382", "Stöld", "2026-01"): 2, ("0382", "Händelser", "2026-01"): 1}
    assert "ett id som redan har stått" in " ".join(table.understood)


def test_the_archipelago_belongs_to_its_municipality(tmp_path: Path) -> None:
    sea = [(18.55, 60.43, "2026-01-01", "Stöld")]  # off Öregrund, where the map has no land
    assert figures(count(tmp_path, text_of(sea))[0]) == {("0382", "Stöld", "2026-01"): 1}


def test_areas_of_ones_own_and_the_first_of_two_that_overlap(tmp_path: Path) -> None:
    def square(west: float, south: float, east: float, north: float) -> str:
        return SQUARE % (west, south, east, south, east, north, west, north, west, south)

    own = Shapes.of_geojson(
        [Place("Torget", "o1", "own"), Place("Hela staden", "o2", "own"), Place("Uppsala", "o3", "own")],
        [square(18.37, 60.25, 18.38, 60.26), square(18.3, 60.2, 18.4, 60.3), square(17.6, 59.8, 17.7, 59.9)],
    )
    rows = [*EVENTS, (18.35, 60.22, "2026-01-02", "Stöld"), (18.41, 60.22, "2026-01-02", "Stöld")]
    table, counted = count(tmp_path, text_of(rows), own)
    assert figures(table) == {
        ("o1", "Skadegörelse", "2026-01"): 1,
        ("o1", "Stöld", "2026-01"): 1,
        ("o2", "Stöld", "2026-01"): 1,
        ("o3", "Stöld", "2026-02"): 1,
    }
    assert counted.outside == 2


def test_no_cell_holds_fewer_than_five_events_and_none_is_lost_unsaid(tmp_path: Path) -> None:
    draw = random.Random(5)
    rows = [
        (18.374 + draw.gauss(0, 0.02), 60.258 + draw.gauss(0, 0.01), f"2026-01-{draw.randint(1, 31):02}", "Stöld")
        for _ in range(400)
    ] + [(14.1, 66.1, "2026-01-01", "Stöld")]
    table, counted = count(tmp_path, text_of(rows), Cells())
    totals: dict[str, int] = {}
    for (cell, _kind, _month), number in figures(table).items():
        totals[cell] = totals.get(cell, 0) + number
    assert min(totals.values()) >= 5
    assert len({len(cell.rstrip("f")) for cell in totals}) > 1  # cells of several sizes
    assert sum(totals.values()) + counted.left_small == 401
    assert counted.left_small >= 1


def test_many_events_at_one_point_are_counted(tmp_path: Path) -> None:
    rows = [(18.374, 60.258, "2026-01-12", "Stöld")] * 30_000  # more than one chunk
    table, counted = count(tmp_path, text_of(rows))
    assert figures(table) == {("0382", "Stöld", "2026-01"): 30_000}
    assert counted.piled == 30_000


GOOD = text_of(EVENTS)
REFUSED = {
    "no coordinates": (b"a,Datum\n1,2026-01-01\n2,2026-01-02\n", "Inga två kolumner"),
    "no day": (b"lon,lat\n18.3,60.2\n18.4,60.3\n", "Ingen kolumn har dagar"),
    "two pairs": (b"lon,lat,lon,lat,datum\n18.3,60.2,18.4,60.1,2026-01-01\n", "Flera kolumner"),
    "a word": (GOOD + 2000 * b"18.3,60.2,2026-01-01,x\n" + b"18.3,norr,2026-01-01,x\n", "Koordinaten går inte"),
    "NaN": (GOOD + 2000 * b"18.3,60.2,2026-01-01,x\n" + b"nan,60.2,2026-01-01,x\n", "Koordinaten går inte"),
    "too far north": (GOOD + 2000 * b"18.3,60.2,2026-01-01,x\n" + b"18.3,160.2,2026-01-01,x\n", "Koordinaten"),
    "no such day": (GOOD + 2000 * b"18.3,60.2,2026-01-01,x\n" + b"18.3,60.2,2026-02-30,x\n", "ingen dag"),
    "the future": (GOOD + 2000 * b"18.3,60.2,2026-01-01,x\n" + b"18.3,60.2,2099-02-03,x\n", "ingen dag"),
    "empty": (b"", "tom"),
    "a head alone": (b"lon,lat,datum\n", "Inga två kolumner"),
    "cut": (gzip.compress(GOOD)[:-9], "avhuggen"),
    "bomb": (gzip.compress(b" " * (210 * 2**20)), "större"),
    "open quote": (GOOD + b'"18.3,60.2,2026-01-01,x\n', "citattecken"),
    "binary": (b"lon,lat\n\x00\x01", "nolltecken"),
    "all outside": (text_of([(20.5, 58.0, "2026-02-04", "x")]), "inga siffror"),
}


@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_read_exactly_is_refused(wrong: tuple[bytes, str], tmp_path: Path) -> None:
    with pytest.raises(ImportProblem, match=wrong[1]):
        count(tmp_path, wrong[0])


@pytest.mark.parametrize(
    ("content", "known"),
    [
        (GOOD, True),
        (gzip.compress(GOOD), True),
        (text_of(in_plane(3011), "E,N,Datum,Brott"), True),
        (b"Region;Brott;\xc5r;Period\n", False),
        (b"x,y,datum\na,b,2026-01-01\n", False),
        (b"lon,lat\n18.3,60.2\n", False),
        (b'{"kpi": 1}', False),
        (b"", False),
    ],
)
def test_a_file_with_points_is_known_by_names_and_content(content: bytes, known: bool, tmp_path: Path) -> None:
    path = tmp_path / "fil"
    path.write_bytes(content)
    assert points.looks_like(head_of(path), "fil", path) is known


@pytest.mark.slow("reads a real month of a whole country")
@pytest.mark.shared
@pytest.mark.parametrize("month", ["2018-10", "2018-11"])
def test_real_incident_files_hold_what_they_are_known_to_hold(month: str, shared: Path) -> None:
    known = json.loads((shared / "data" / "expected_counts.json").read_text())["10_incidents/data_police_uk"][month]
    files = sorted((shared / "data" / "10_incidents" / "data_police_uk" / month).glob("*.csv.gz"))
    found = dict.fromkeys(("rows", "without_coordinates", "without_id"), 0)
    for path in files:
        assert points.looks_like(head_of(path), path.name, path)
        table, counted = points.count(path, path.name, Cells())
        for name in found:
            found[name] += getattr(counted, name)
        placed = sum(int(one.value or 0) for one in table.observations)
        assert placed == counted.rows - counted.without_coordinates - counted.left_small
        assert {one.period for one in table.observations} == {month}
        assert len(table.measured) <= 14
    assert {"files": len(files), **found} == known


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("lancashire_asb.tab", 56_434),
        ("nottingham_burglary.csv.gz", 1_795),
        ("bronx_shootings.csv", 267),
        ("sao_paulo_homicides.xlsx", 6_214),
    ],
)
def test_real_incident_files_of_other_kinds_can_be_read(name: str, rows: int, shared: Path) -> None:
    path = shared / "data" / "10_incidents" / "crimemappingdata" / name
    table, counted = points.count(path, name, Cells(8))
    assert counted.rows == rows
    assert sum(int(one.value or 0) for one in table.observations) + counted.left_small == rows
