"""Invented events in the shape of polisen.se: nothing here is anybody's."""

import gzip
import json
from pathlib import Path
from typing import Any


def event(number: int = 900001, **changes: Any) -> dict[str, Any]:
    """One event; ``place`` and ``gps`` go into its location."""
    place, gps = changes.pop("place", "Östhammar"), changes.pop("gps", "60.26,18.37")
    return {
        "id": number,
        "datetime": "2026-01-12 9:58:49 +01:00",
        "name": "12 januari 08.40, Brand, Östhammar",
        "summary": "Det brinner i en soptunna vid hamnen.",
        "url": "/aktuellt/handelser/2026/januari/12/brand/",
        "type": "Brand",
        "location": {"name": place, "gps": gps},
        **changes,
    }


def answer(*events: dict[str, Any]) -> bytes:
    """The bytes of an answer of the API."""
    return json.dumps(list(events), ensure_ascii=False, indent=2).encode()


def archive(*lines: dict[str, Any]) -> bytes:
    """The bytes of an archive: one object a line, gzipped."""
    return gzip.compress("\n".join(json.dumps(line, ensure_ascii=False) for line in lines).encode())


def kept(folder: Path, content: bytes, name: str = "handelser.json") -> Path:
    """The bytes as a file."""
    path = folder / name
    path.write_bytes(content)
    return path
