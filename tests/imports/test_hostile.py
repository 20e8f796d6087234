"""Files that are broken or mean: every reader refuses each of them in words and quickly, and nothing is written."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from tests.formats import hostile
from tests.formats.brafiles import two_years
from tests.world import World

from tillsammans.formats import columns
from tillsammans.formats.columns import Columns, Opened, Sheet
from tillsammans.formats.readers import READERS, detect
from tillsammans.imports import actions, jobs
from tillsammans.indicators.models import Indicator, Series, Value
from tillsammans.kernel import uploads
from tillsammans.kernel.problems import ImportProblem

SECONDS = 10
FILES = dict(hostile.everything())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("hostile")
    for name, content in FILES.items():
        (place / name).write_bytes(content)
    return place


@pytest.mark.parametrize("name", FILES)
def test_every_reader_refuses_it_in_words(folder: Path, name: str) -> None:
    path = folder / name
    for reader in READERS:
        begun = time.perf_counter()
        with pytest.raises(ImportProblem) as refused:
            reader.read(path, name)
        assert time.perf_counter() - begun < SECONDS, reader.KIND
        assert all(finding.message for finding in refused.value.errors)


@pytest.mark.parametrize("name", FILES)
def test_handed_in_it_is_refused_and_nothing_is_written(world: World, settings: Any, tmp_path: Path, name: str) -> None:
    settings.VAR = tmp_path
    address = uuid4()
    kept = uploads.keep(address, [(name, [FILES[name]])])
    begun = time.perf_counter()
    with world.room("osthammar"):
        upload = jobs.check_files(
            actions.upload(world.actor("coordinator"), None, address=address, files=kept, background=False)
        )
        assert time.perf_counter() - begun < SECONDS
        problem = upload.problem
        assert problem is not None or jobs.needs_columns(upload)
        assert not upload.preview
        if problem:
            assert all(finding.message and len(finding.value) < 100 for finding in problem.errors)
        assert not any(model.objects.exists() for model in (Indicator, Series, Value))


@pytest.mark.parametrize("name", FILES)
def test_explained_as_a_table_it_is_refused_or_opened_within_limits(folder: Path, name: str) -> None:
    meaning = Columns(source="x", owner="x", table=Sheet("utf-8", ";", "Blad1"), place=0, period=0, values=(1,))
    begun = time.perf_counter()
    with pytest.raises(ImportProblem):
        columns.read(folder / name, name, meaning)
    assert time.perf_counter() - begun < SECONDS


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".csv", ".bin", ".json"))])
def test_a_suggestion_never_breaks(folder: Path, name: str) -> None:
    try:
        opened = Opened(folder / name, name, head=4096)
        rows = opened.rows(opened.suggestion())
    except ImportProblem as problem:
        rows = []
        words = str(problem)
    assert rows or words


@pytest.mark.parametrize(("name", "content"), list(hostile.garbled(two_years())))
def test_a_good_file_that_was_broken_on_the_way_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / "fil"
    path.write_bytes(content)
    for reader in READERS:
        with pytest.raises(ImportProblem):
            reader.read(path, name)


def test_a_good_file_is_known_by_one_reader_only(tmp_path: Path) -> None:
    path = tmp_path / "fil"
    path.write_bytes(two_years())
    reader = detect(path, "fil")
    assert reader is not None
    assert reader.KIND == "databasfil"
    assert sum(one.looks_like(path.read_bytes()[:65536], "fil", path) for one in READERS) == 1
