"""Map files of every format that publishers use, and files that mean harm."""

import json
import struct
import time
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.geo import mapfiles
from tests.geo.mapfiles import EAST, HOLED, WEST

from tillsammans.geo import gdal, layers, own_areas
from tillsammans.geo.projections import in_degrees
from tillsammans.kernel import limits
from tillsammans.kernel.problems import FileErrors, ImportProblem

pytestmark = pytest.mark.pure
ROWS = [{"NAMN": "Gimo väst", "KOD": "1"}, {"NAMN": "Gimo öst", "KOD": "2"}]
REGSO = [{"regsokod": f"0382R00{n}", "regsonamn": f"Område {n}", "version": "2025_v2"} for n in (1, 2)]


def read(files: Mapping[str, bytes], **said: Any) -> own_areas.AreaFile:
    return own_areas.read(files, **said)


def refusal(files: Mapping[str, bytes], **said: Any) -> str:
    begun = time.perf_counter()
    with pytest.raises(ImportProblem) as refused:
        read(files, **said)
    assert time.perf_counter() - begun < 10
    return str(refused.value)


FORMATS: dict[str, Any] = {
    "Shapefile": lambda shapes: mapfiles.shapefile(shapes, ROWS),
    "Shapefile i zip": lambda shapes: {"k.zip": mapfiles.zipped(mapfiles.shapefile(shapes, ROWS))},
    "GeoPackage": lambda shapes: {"k.gpkg": mapfiles.geopackage(shapes, ROWS)},
    "MapInfo TAB": lambda shapes: {"k.zip": mapfiles.zipped(mapfiles.tab(shapes, [row["NAMN"] for row in ROWS]))},
}


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_gives_the_same_areas(form: str) -> None:
    file = read(FORMATS[form]([HOLED, EAST]))
    assert file.format in form
    assert [shape.name for shape in file.shapes] == ["Gimo väst", "Gimo öst"]
    assert [shape.km2 for shape in file.shapes] == [3.75, 4.0]
    assert {shape.municipality for shape in file.shapes} == {"0382"}
    assert "SWEREF 99 TM" in file.system
    assert file.guessed is (form == "MapInfo TAB")
    west, east = (shapely.from_geojson(shape.geometry) for shape in file.shapes)
    assert shapely.intersection(west, east).length > 0.01  # degrees: the common border is still common


def test_heights_are_dropped_and_it_is_said() -> None:
    file = read(mapfiles.shapefile([WEST, EAST], ROWS, heights=True))
    assert "Höjder togs inte med." in file.notes
    assert not shapely.has_z(shapely.from_geojson(file.shapes[0].geometry))
    high = mapfiles.geopackage([shapely.force_3d(WEST, 1.0)], ROWS[:1])
    assert "Höjder togs inte med." in read({"k.gpkg": high}).notes


@pytest.mark.parametrize(
    ("encoding", "cpg"),
    [
        ("utf-8", b"UTF-8"),
        ("utf-8", None),
        ("cp1252", None),
        ("cp1252", b"ANSI 1252"),
        ("cp1252", b"UTF-8"),
        ("latin-1", b"ISO-8859-1"),
    ],
)
def test_swedish_letters_survive_with_and_without_a_cpg_file(encoding: str, cpg: bytes | None) -> None:
    file = read(mapfiles.shapefile([WEST, EAST], ROWS, encoding=encoding, cpg=cpg))
    assert file.shapes[1].name == "Gimo öst"


def test_a_file_without_coordinate_system_is_placed_by_its_numbers_and_must_be_confirmed() -> None:
    file = read(mapfiles.shapefile([WEST, EAST], ROWS, prj=None))
    assert (file.guessed, file.system) == (True, "SWEREF 99 TM (EPSG:3006)")
    assert "stämmer med SWEREF 99 TM" in file.notes[0]


def test_a_local_zone_is_found_by_the_municipality_and_else_asked_for() -> None:
    shapes = [mapfiles.in_zone(shape, 3011) for shape in (WEST, EAST)]
    files = mapfiles.shapefile(shapes, ROWS, prj=None)
    assert read(files, parent="0382").system == "SWEREF 99 18 00 (EPSG:3011)"
    words = refusal(files)
    assert "flera är möjliga" in words
    assert "SWEREF 99 18 00" in words
    chosen = read(files, epsg=3011)
    assert (chosen.guessed, chosen.shapes[0].municipality) == (False, "0382")
    assert float(chosen.shapes[0].km2) == pytest.approx(4.0, abs=0.01)


def test_plane_numbers_in_geojson_are_seen_and_an_old_crs_is_believed() -> None:
    plane = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {"namn": "Gimo", "geo_point_2d": [60.2, 18.2]},
                "geometry": json.loads(shapely.to_geojson(WEST)),
            }
        ],
    }
    assert read({"k.geojson": json.dumps(plane).encode()}).guessed
    plane["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3006"}}
    assert not read({"k.geojson": json.dumps(plane).encode()}).guessed
    plane["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3021"}}
    assert "koordinatsystem som inte går att läsa" in refusal({"k.geojson": json.dumps(plane).encode()})
    rt90 = mapfiles.geopackage([WEST], ROWS[:1], srs=3021)
    assert "koordinatsystem som inte går att läsa" in refusal({"k.gpkg": rt90})


@pytest.mark.parametrize(
    "properties",
    [
        [{"N1Kod17": 1, "N1Namn17": "Tätort"}, {"N1Kod17": 2, "N1Namn17": "Landsbygd"}],
        [{"kommun_kod": "1", "kommun": "Tätort"}, {"kommun_kod": "2", "kommun": "Landsbygd"}],
        [{"NAMN": "Tätort"}, {"NAMN": "Landsbygd"}],
        [{"Name": "Tätort", "id": 1.5}, {"Name": "Landsbygd", "id": None}],
    ],
)
def test_codes_may_be_text_whole_numbers_or_absent(properties: list[dict[str, Any]]) -> None:
    (geo,) = (json.loads(shapely.to_geojson(shapely.box(18.3, 60.2, 18.4, 60.3))),)
    far = json.loads(shapely.to_geojson(shapely.box(18.4, 60.2, 18.5, 60.3)))
    content = json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": row, "geometry": shape}
                for row, shape in zip(properties, (geo, far), strict=True)
            ],
        }
    ).encode()
    shapes = read({"k.geojson": content}).shapes
    assert [shape.name for shape in shapes] == ["Tätort", "Landsbygd"]
    assert [shape.code for shape in shapes] in (["1", "2"], ["tatort", "landsbygd"])


def test_regso_is_recognised_with_its_division_and_the_code_says_which() -> None:
    file = read({"k.gpkg": mapfiles.geopackage([WEST, EAST], REGSO)})
    assert file.kind == "regso"
    assert [shape.code for shape in file.shapes] == ["0382R001_RegSO2025", "0382R002_RegSO2025"]
    assert (str(file.valid_from), file.valid_to) == ("2025-01-01", None)
    assert {shape.municipality for shape in file.shapes} == {"0382"}
    old = read({"k.gpkg": mapfiles.geopackage([WEST, EAST], [{**row, "version": "2018_v1"} for row in REGSO])})
    assert old.shapes[0].code == "0382R001"
    assert str(old.valid_to) == "2024-12-31"


def test_deso_needs_a_division_and_two_are_never_mixed() -> None:
    rows = [{"desokod": "0382A0010"}, {"desokod": "0382C1020"}]
    content = mapfiles.geopackage([WEST, EAST], rows)
    assert "vilken indelning" in refusal({"k.gpkg": content})
    assert read({"k.gpkg": content}, year=2018).shapes[0].code == "0382A0010"
    assert read({"deso_2025.gpkg": content}).shapes[0].code == "0382A0010_DeSO2025"
    mixed = [{"desokod": "0382A0010", "version": "2018_v1"}, {"desokod": "0382C1020", "version": "2025_v2"}]
    assert "blandar två" in refusal({"k.gpkg": mapfiles.geopackage([WEST, EAST], mixed)})


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("Särskilt utsatt område", "särskilt utsatt område"),
        ("Särskild utsatt", "särskilt utsatt område"),
        ("utsattomr", "utsatt område"),
        ("Riskområde", "riskområde"),
    ],
)
def test_vulnerable_areas_are_recognised_in_every_spelling(given: str, stored: str) -> None:
    rows = [{"NAMN": f"Område {n}", "KATEGORI": given, "OMRADESKOD": "520210"} for n in (1, 2)]
    file = read(mapfiles.shapefile([WEST, EAST], rows, heights=True))
    assert file.kind == "vulnerable_area"
    assert {shape.category for shape in file.shapes} == {stored}
    assert {shape.district for shape in file.shapes} == {"520210"}
    assert [shape.code for shape in file.shapes] == ["520210-omrade-1", "520210-omrade-2"]


def test_many_corners_become_few_and_the_border_moves_little() -> None:
    fine = shapely.buffer(shapely.points(690_000, 6_680_000), 4000, quad_segs=5000)
    file = read({"k.gpkg": mapfiles.geopackage([fine], [{"namn": "Rund"}])})
    assert file.shapes[0].points < 500
    assert float(file.shapes[0].km2) == pytest.approx(50.27, abs=0.02)
    assert "av 20001 hörn är kvar" in " ".join(file.notes)


BOX = shapely.to_wkb(WEST)
BAD: dict[str, tuple[Any, str]] = {
    "brackets": (lambda: {"k.geojson": b"[" * 100_000}, "ingen hel GeoJSON"),
    "quotes": (lambda: {"k.geojson": b'{"' + b'\\"' * 2_000_000}, "ingen hel GeoJSON"),
    "backslash": (lambda: {"k.geojson": b'"' + b'\\"' * 2_000_000 + b"\\"}, "ingen hel GeoJSON"),
    "bomb": (lambda: {"k.zip": mapfiles.zipped({"k.shp": b"\0" * 50_000_000})}, "mycket större"),
    "many parts": (lambda: {"k.zip": mapfiles.zipped({f"{n}.txt": b"x" for n in range(600)})}, "mycket större"),
    "cut zip": (lambda: {"k.zip": mapfiles.zipped(mapfiles.shapefile([WEST], ROWS[:1]))[:-40]}, "trasig"),
    "twice": (lambda: {"k.zip": mapfiles.zipped({"a/k.shp": b"x", "b/k.shp": b"y"})}, "två filer som heter"),
    "no dbf": (lambda: {"k.shp": mapfiles.shapefile([WEST], ROWS[:1])["karta.shp"]}, "saknas"),
    "only dbf": (lambda: {"k.dbf": mapfiles.dbase(ROWS)}, "bara en del av en karta"),
    "two maps": (lambda: {"a.shp": b"x", "b.shp": b"y"}, "en karta åt gången"),
    "cut dbf": (lambda: {**mapfiles.shapefile([WEST], ROWS[:1]), "karta.dbf": b"x"}, "ingen hel Shapefile"),
    "cut shp": (lambda: cut_shapefile(60), "ingen hel Shapefile"),
    "huge record": (lambda: patched_shapefile(104, struct.pack(">i", 2**30)), "ingen hel Shapefile"),
    "huge counts": (lambda: patched_shapefile(100 + 8 + 36, struct.pack("<2i", 2**30, 2**30)), "ingen hel Shapefile"),
    "nan": (lambda: patched_shapefile(100 + 8 + 44 + 4, struct.pack("<d", float("nan"))), "inte sluten"),
    "points": (lambda: {"k.geojson": shapely.to_geojson(shapely.points(18.4, 60.2)).encode()}, "ingen yta"),
    "rows": (lambda: mapfiles.shapefile([WEST], ROWS), "hör inte ihop"),
    "not sqlite": (lambda: {"k.gpkg": b"SQLite format 3\0" + b"x" * 5000}, "ingen hel GeoPackage"),
    "cut gpkg": (lambda: {"k.gpkg": mapfiles.geopackage([WEST], ROWS[:1])[:9000]}, "ingen hel GeoPackage"),
    "no layer": (
        lambda: {"k.gpkg": mapfiles.geopackage([WEST], ROWS[:1], sql=["DELETE FROM gpkg_geometry_columns"])},
        "ingen hel GeoPackage",
    ),
    "two layers": (
        lambda: {
            "k.gpkg": mapfiles.geopackage(
                [WEST],
                ROWS[:1],
                sql=[
                    "CREATE TABLE b (geom BLOB)",
                    "INSERT INTO gpkg_geometry_columns VALUES ('b', 'geom', 'POLYGON', 3006, 0, 0)",
                    "INSERT INTO gpkg_contents SELECT 'b', data_type, 'b', '', last_change, NULL, NULL, NULL, NULL, "
                    "3006 FROM gpkg_contents",
                ],
            )
        },
        "flera lager",
    ),
    "view": (
        lambda: {
            "k.gpkg": mapfiles.geopackage(
                [WEST],
                ROWS[:1],
                sql=[
                    "DROP TABLE lager",
                    "CREATE VIEW lager AS WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) "
                    "SELECT n AS fid, zeroblob(1000000) AS geom FROM r",
                ],
            )
        },
        "fler än 7000",
    ),
    "wkb counts": (lambda: gpkg_of(BOX[:9] + struct.pack("<I", 2**31) + BOX[13:]), "ingen hel GeoPackage"),
    "wkb rings": (lambda: gpkg_of(BOX[:5] + struct.pack("<I", 2**31) + BOX[9:]), "ingen hel GeoPackage"),
    "wkb cut": (lambda: gpkg_of(BOX[:-8]), "ingen hel GeoPackage"),
    "wkb nested": (lambda: gpkg_of((b"\1" + struct.pack("<II", 7, 1)) * 100_000), "ingen hel GeoPackage"),
    "wkb multi": (lambda: gpkg_of((b"\1" + struct.pack("<II", 6, 1)) * 100_000), "ingen hel GeoPackage"),
    "wkb nan": (lambda: gpkg_of(BOX[:13] + struct.pack("<d", float("nan")) + BOX[21:]), "inte sluten"),
    "wkb point": (lambda: gpkg_of(shapely.to_wkb(shapely.points(690_000, 6_680_000))), "ingen yta"),
    "crossed": (
        lambda: gpkg_of(
            shapely.to_wkb(
                shapely.polygons(
                    [(688_000, 6_680_000), (690_000, 6_682_000), (690_000, 6_680_000), (688_000, 6_682_000)]
                )
            )
        ),
        "korsar",
    ),
    "tab": (lambda: {"k.tab": b"!table\n!version 300\n", "k.dat": b"x", "k.map": b"\0" * 600}, "ingen hel MapInfo"),
    "abroad": (lambda: gpkg_of(shapely.to_wkb(shapely.box(100_000, 5_500_000, 101_000, 5_501_000))), "utanför Sverige"),
    "nothing": (dict, "ingen karta"),
}


def gpkg_of(blob: bytes) -> dict[str, bytes]:
    return {"k.gpkg": mapfiles.geopackage([b"GP\0\1" + struct.pack("<i", 3006) + blob], ROWS[:1])}


def cut_shapefile(by: int) -> dict[str, bytes]:
    files = mapfiles.shapefile([WEST], ROWS[:1])
    return {**files, "karta.shp": files["karta.shp"][:-by]}


def patched_shapefile(at: int, new: bytes) -> dict[str, bytes]:
    files = mapfiles.shapefile([WEST], ROWS[:1])
    whole = files["karta.shp"]
    return {**files, "karta.shp": whole[:at] + new + whole[at + len(new) :]}


@pytest.mark.parametrize("name", BAD)
def test_what_means_harm_is_refused_in_time_and_in_words(name: str) -> None:
    make, words = BAD[name]
    assert words in refusal(make())


def test_a_column_that_computes_itself_is_cut_like_any_other() -> None:
    content = mapfiles.geopackage([WEST], ROWS[:1], sql=["ALTER TABLE lager ADD COLUMN g AS (hex(zeroblob(9000000)))"])
    record = layers.read({"k.gpkg": content}, FileErrors("k")).records[0]
    assert record.keys() == {"NAMN", "KOD", "g"}
    assert len(str(record["g"])) == limits.PROPERTY_TEXT


@pytest.mark.slow("simplifies a shape that is made to be hard")
def test_a_zigzag_of_fifty_thousand_corners_ends_nothing() -> None:
    """GEOS's usual simplification calls itself once per corner and would end the process."""
    x = np.arange(50_000) * 0.2 + 600_000
    y = np.where(np.arange(50_000) % 2, 6_660_000.0, 6_650_000.0)
    ring = [*zip(x.tolist(), y.tolist(), strict=True), (x[-1] + 10, 6_649_000.0), (600_000.0, 6_649_000.0)]
    file = read({"k.gpkg": mapfiles.geopackage([shapely.polygons(ring)], [{"namn": "Kam"}])})
    assert len(file.shapes) == 1


def test_shapes_on_top_of_each_other_take_no_minutes() -> None:
    begun = time.process_time()
    boxes = [shapely.box(600_000, 6_650_000, 601_000 + n, 6_651_000 + n) for n in range(2000)]
    file = read({"k.gpkg": mapfiles.geopackage(boxes, [{"namn": f"Ruta {n}"} for n in range(2000)])})
    assert len(file.shapes) == 2000
    assert time.process_time() - begun < 10


def test_limits_hold() -> None:
    ring = shapely.buffer(shapely.points(690_000, 6_680_000), 4000, quad_segs=limits.AREA_POINTS // 4)
    assert "ett område fler än" in refusal({"k.gpkg": mapfiles.geopackage([ring], [{"namn": "Rund"}])})
    half = shapely.buffer(shapely.points(690_000, 6_680_000), 4000, quad_segs=limits.AREA_POINTS // 5)
    many = 1 + limits.POINTS // shapely.get_num_coordinates(half)
    names = [{"namn": str(number)} for number in range(limits.AREAS + 1)]
    assert "fler än 600000 punkter" in refusal({"k.gpkg": mapfiles.geopackage([half] * many, names[:many])})
    assert "fler än 7000 områden" in refusal({"k.gpkg": mapfiles.geopackage([WEST] * len(names), names)})


def test_only_the_formats_that_are_offered_are_read() -> None:
    """Others read other files, or the network, on the word of what was handed in."""
    import pyogrio

    assert set(pyogrio.list_drivers()) == gdal.DRIVERS
    other = b"<OGRVRTLayer name='k'><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer>"
    remote = b"<OGRVRTDataSource>" + other + b"</OGRVRTDataSource>"
    assert "ingen hel KML" in refusal({"k.geojson": remote})


def test_kml_gives_the_same_areas() -> None:
    """Google's programs write it; it is always in WGS 84."""
    places = "".join(
        f"<Placemark><name>{name}</name><Polygon><outerBoundaryIs><LinearRing><coordinates>"
        + " ".join(f"{x},{y},0" for x, y in shapely.get_coordinates(in_degrees(np.array([shape]))[0]).tolist())
        + "</coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark>"
        for name, shape in (("Gimo väst", WEST), ("Gimo öst", EAST))
    )
    content = f'<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document>{places}</Document></kml>'
    for files in ({"k.kml": content.encode()}, {"k.kmz": mapfiles.zipped({"doc.kml": content.encode()})}):
        file = read(files)
        assert (file.format, file.system, file.guessed) == ("KML", "WGS 84 (EPSG:4326)", False)
        assert [(shape.name, shape.km2) for shape in file.shapes] == [("Gimo väst", 4.0), ("Gimo öst", 4.0)]


SHP, GPKG = mapfiles.shapefile([HOLED, EAST], ROWS), mapfiles.geopackage([HOLED, EAST], ROWS)


@pytest.mark.slow("every example opens a process, and one that makes GDAL turn runs until its limit of eight seconds")
@hypothesis_settings(max_examples=15, deadline=None)  # each is a process
@given(
    part=st.sampled_from(["karta.shp", "karta.dbf", "karta.prj", "karta.cpg", "k.gpkg", "k.zip"]),
    at=st.integers(0, 30_000),
    cut=st.integers(0, 20),
    new=st.binary(max_size=8),
)
def test_no_content_raises_anything_but_a_problem(part: str, at: int, cut: int, new: bytes) -> None:
    files = {"k.gpkg": GPKG} if part == "k.gpkg" else SHP
    if part == "k.zip":
        files = {"k.zip": mapfiles.zipped(SHP, zipfile.ZIP_STORED)}
    at %= len(files[part])
    files = {**files, part: files[part][:at] + new + files[part][at + cut :]}
    try:
        layer = layers.read(files, FileErrors("k"))
    except ImportProblem:
        return
    assert len(layer.shapes)


def folder(path: Path) -> dict[str, bytes]:
    return {part.name: part.read_bytes() for part in path.iterdir()}


@pytest.mark.shared
@pytest.mark.parametrize(
    "name",
    [
        "02_small_areas/RegSO_2025_03_uppsala.gpkg",
        "02_small_areas/RegSO_2025_04_sodermanland.gpkg",
        "02_small_areas/RegSO_2025_05_ostergotland.gpkg",
        "03_police_areas/uso_2023/uso_2023.shp",
    ],
)
def test_publishers_files_have_what_was_counted_in_them(shared: Path, name: str) -> None:
    expected = json.loads((shared / "data" / "expected_counts.json").read_text())[name]
    path = shared / "data" / name
    files = folder(path.parent) if path.suffix == ".shp" else {path.name: path.read_bytes()}
    layer = layers.read(files, FileErrors(path.name))
    assert len(layer.shapes) == expected["features"]
    assert layer.epsg == expected["epsg"]
    assert layer.flattened is expected["has_z"]
    assert int((~shapely.is_valid(layer.shapes)).sum()) == expected["invalid"]
    assert float(shapely.area(layer.shapes).sum()) / 1e6 == pytest.approx(expected["area_km2"], abs=0.005)
    file = own_areas.read(files)
    kept = sum(float(shape.km2) for shape in file.shapes)
    assert kept == pytest.approx(expected["area_km2"], rel=0.001)
    assert sum(shape.points for shape in file.shapes) < sum(layer.points)


@pytest.mark.shared
def test_regso_of_uppsala_reaches_into_the_sea_and_osthammar_has_ten(shared: Path) -> None:
    path = shared / "data" / "02_small_areas" / "RegSO_2025_03_uppsala.gpkg"
    file = own_areas.read({path.name: path.read_bytes()})
    assert file.vintage == "SCB, RegSO 2025 (2025_v2)"
    osthammar = [shape for shape in file.shapes if shape.municipality == "0382"]
    assert len(osthammar) == 10
    assert sum(float(shape.km2) for shape in osthammar) == pytest.approx(3733, abs=1)
    assert any("når ut i vatten" in note for note in file.notes)


@pytest.mark.shared
def test_scbs_tab_is_placed_by_its_numbers_and_equals_the_geojson_of_the_same_layer(shared: Path) -> None:
    data = shared / "data" / "01_admin"
    table = own_areas.read({"k.zip": (data / "Kommun_Sweref99TM.zip").read_bytes()})
    assert (table.guessed, table.system, len(table.shapes)) == (True, "SWEREF 99 TM (EPSG:3006)", 290)
    other = own_areas.read({"k.geojson": (data / "kommun.geojson").read_bytes()})
    assert [shape.code for shape in table.shapes] == [shape.code for shape in other.shapes]
    assert [shape.name for shape in table.shapes][:2] == ["Upplands Väsby", "Vallentuna"]
    assert sum(float(s.km2) for s in table.shapes) == pytest.approx(sum(float(s.km2) for s in other.shapes), rel=1e-4)
    assert all(shape.code == shape.municipality for shape in other.shapes)


@pytest.mark.shared
def test_counties_and_a_municipalitys_own_key_code_areas(shared: Path) -> None:
    counties = own_areas.read({"l.geojson": (shared / "data" / "01_admin" / "lan.geojson").read_bytes()})
    assert {shape.code: shape.name for shape in counties.shapes}["03"] == "Uppsala län"
    assert len(counties.shapes) == 21
    path = shared / "data" / "02_small_areas" / "Uppsala_NYKO_2017_niva_1.geojson"
    nyko = own_areas.read({path.name: path.read_bytes()}, parent="0380")
    assert [(shape.code, shape.name) for shape in nyko.shapes] == [("1", "Uppsala tätort"), ("2", "Uppsala landsbygd")]


@pytest.mark.shared
def test_the_polices_vulnerable_areas_by_category(shared: Path) -> None:
    file = own_areas.read(folder(shared / "data" / "03_police_areas" / "uso_2023"))
    kinds = [shape.category for shape in file.shapes]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "utsatt område": 27,
        "särskilt utsatt område": 17,
        "riskområde": 15,
    }
    assert file.kind == "vulnerable_area"
    assert {len(shape.district) for shape in file.shapes} == {6}
