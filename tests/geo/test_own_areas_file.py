"""GeoJSON files of own areas: what is taken, and what is refused and why."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests import sandboxed

from tillsammans.geo import own_areas
from tillsammans.kernel import limits, sandbox
from tillsammans.kernel.problems import ImportProblem

pytestmark = pytest.mark.pure


@pytest.fixture(autouse=True, scope="module")
def in_process() -> Iterator[None]:
    """Hundreds of contents are tried here; ``test_layers`` opens them in the child process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sandbox, "call", sandboxed.call)
        yield


SQUARE = [[18.4, 60.2], [18.5, 60.2], [18.5, 60.3], [18.4, 60.3], [18.4, 60.2]]


def feature(coordinates: Any = None, kind: str = "Polygon", **properties: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": properties or {"name": "Centrum"},
        "geometry": {"type": kind, "coordinates": [SQUARE] if coordinates is None else coordinates},
    }


def collection(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def read(content: bytes, **said: Any) -> own_areas.AreaFile:
    return own_areas.read({"egna.geojson": content}, **said)


def refusal(content: bytes) -> str:
    with pytest.raises(ImportProblem) as refused:
        read(content)
    return str(refused.value)


def moved(by: float) -> list[list[float]]:
    return [[x + by, y] for x, y in SQUARE]


def test_a_polygon_becomes_an_area_with_its_size() -> None:
    (shape,) = read(collection(feature(namn="Östhammars centrum", kod="C 1"))).shapes
    assert (shape.name, shape.code, shape.points) == ("Östhammars centrum", "c-1", 5)
    assert json.loads(shape.geometry)["type"] == "MultiPolygon"
    assert float(shape.km2) == pytest.approx(61.4, rel=0.02)  # 0.1 degrees at 60.25 N: 5.52 by 11.12 km


def test_only_name_and_code_are_taken_and_the_rest_is_said() -> None:
    file = read(collection(feature(name="Gimo", ansvarig="Någon", **{"<script>": 1})))
    assert "Någon" not in repr(file.shapes)
    assert file.notes == ("2 egenskaper togs inte med: <script>, ansvarig.",)


def test_several_parts_and_heights_are_accepted() -> None:
    high = [[x, y, 12.5] for x, y in SQUARE]
    (shape,) = read(collection(feature([[high], [moved(0.2)]], "MultiPolygon", name="Två delar"))).shapes
    assert len(json.loads(shape.geometry)["coordinates"]) == 2


def test_a_single_feature_is_a_file_too() -> None:
    assert read(json.dumps(feature()).encode()).shapes[0].name == "Centrum"


CROSSED = [[18.4, 60.2], [18.5, 60.3], [18.5, 60.2], [18.4, 60.3], [18.4, 60.2]]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "ingen hel GeoJSON"),
        (b"{", "ingen hel GeoJSON"),
        (b"\xff\xfe", "ingen hel GeoJSON"),
        (b"[" * 100_000, "ingen hel GeoJSON"),
        (b'{"a":' * 50 + b"1" + b"}" * 50, "ingen hel GeoJSON"),
        (b"[1]", "ingen hel GeoJSON"),
        (collection(), "inga områden"),
        (collection(None), "inga områden"),
        (collection(feature([18.4, 60.2], "Point")), "ingen yta"),
        (collection(feature([], "Polygon")), "saknar form"),
        (collection(feature([SQUARE[:-1]])), "inte sluten"),
        (collection(feature([CROSSED])), "korsar"),
        (collection(feature([[SQUARE], "x"], "MultiPolygon")), "ingen hel GeoJSON"),
        (collection(feature([[[18.4, 60.2, "x"], *SQUARE[1:]]])), "ingen hel GeoJSON"),
        (collection(feature([[[True, 60.2], *SQUARE[1:]]])), "ingen hel GeoJSON"),
        (collection(feature()).replace(b"18.4", b"NaN"), "inte sluten"),
        (collection(feature()).replace(b"18.4", b"Infinity"), "ändligt"),
        (collection(feature()).replace(b"18.4", b"1e999"), "ingen hel GeoJSON"),
        (collection(feature()).replace(b"18.4", b"9" * 400), "ingen hel GeoJSON"),
        (collection(feature()).replace(b"18.4", b"9" * 5000), "ingen hel GeoJSON"),
        (collection(feature([[[x * 1e6, y * 1e6] for x, y in SQUARE]])), "inte med något svenskt koordinatsystem"),
        (collection(feature([[[y, x] for x, y in SQUARE]])), "latitud före longitud"),
        (collection(feature([moved(-18)])), "utanför Sverige"),
        (collection(feature(name="")), "saknar namn"),
        (collection(feature(name="x" * 121)), "saknar namn"),
        (collection(feature(titel="Gimo")), "saknar namn"),
        (collection(feature(name="Hos 811228-9874")), "personnummer"),
        (collection(feature(name="Gimo"), feature([moved(0.2)], name="gimo")), "samma namn"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(content: bytes, words: str) -> None:
    assert words in refusal(content)


def test_too_many_points_and_too_many_bytes_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "POINTS", 4)
    assert "punkter" in refusal(collection(feature()))
    monkeypatch.setattr(limits, "MAP", 10)
    assert "större än" in refusal(collection(feature()))


def test_every_faulty_area_is_named() -> None:
    words = refusal(collection(feature(name="Bra"), feature([CROSSED], name="Ett"), feature([CROSSED], name="Två")))
    assert "Område 2" in words
    assert "Område 3" in words


WHOLE = collection(feature(name="Gimo"), feature([moved(0.2)], name="Alunda"))


@hypothesis_settings(max_examples=200, deadline=None)
@given(at=st.integers(0, len(WHOLE)), cut=st.integers(0, 20), new=st.binary(max_size=6))
def test_no_content_raises_anything_but_a_problem(at: int, cut: int, new: bytes) -> None:
    try:
        file = read(WHOLE[:at] + new + WHOLE[at + cut :])
    except ImportProblem:
        return
    assert file.shapes


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5) | st.just(SQUARE),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "name"]), inner)
    ),
    max_leaves=12,
)


def test_a_property_that_is_a_list_of_truth_values_is_refused() -> None:
    feature = {"type": "Feature", "geometry": None, "properties": {"type": [False, False]}}
    with pytest.raises(ImportProblem, match="en egenskap som är en lista"):
        read(collection(feature))


@hypothesis_settings(max_examples=200, deadline=None)
@given(geometry=JSON, properties=JSON)
def test_no_structure_raises_anything_but_a_problem(geometry: Any, properties: Any) -> None:
    content = collection(
        {"type": "Feature", "geometry": {"type": "MultiPolygon", "coordinates": geometry}, "properties": properties}
    )
    try:
        file = read(content)
    except ImportProblem:
        return
    assert file.shapes
