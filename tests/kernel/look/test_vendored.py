"""What others made lies here unchanged, with its licence."""

import hashlib
from pathlib import Path

import pytest

import tillsammans.kernel

pytestmark = pytest.mark.pure

FOLDERS = [
    Path(tillsammans.kernel.__file__).parent / "static" / "vendor",
    Path(__file__).parents[2] / "vendor",
]


@pytest.mark.parametrize("folder", FOLDERS, ids=["pages", "tests"])
def test_every_file_is_in_the_manifest_and_matches_it(folder: Path) -> None:
    lines = (folder / "MANIFEST.sha256").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    present = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    del present["MANIFEST.sha256"]
    assert {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in present.items()} == listed


@pytest.mark.parametrize("folder", FOLDERS, ids=["pages", "tests"])
def test_every_package_brings_its_licence(folder: Path) -> None:
    packages = [path for path in folder.iterdir() if path.is_dir() and path.name != "__pycache__"]
    assert packages
    assert [path.name for path in packages if not (path / "LICENSE").is_file()] == []


def test_our_style_sheets_fetch_nothing_from_elsewhere() -> None:
    for sheet in (FOLDERS[0].parent / "kernel").glob("*.css"):
        assert "http:" not in sheet.read_text(), sheet.name
        assert "https:" not in sheet.read_text(), sheet.name
