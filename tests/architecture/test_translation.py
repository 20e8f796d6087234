"""English is a complete translation, and what the program reads is what is written."""

import gettext
import os
import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from tillsammans.config.catalogue import CATALOGUE, compile_if_stale
from tillsammans.config.translation import PACKAGE, catalogue, missing, texts

pytestmark = pytest.mark.pure


def test_every_text_has_an_english_translation() -> None:
    assert missing(catalogue()) == []


def test_no_translation_is_left_of_a_text_that_is_gone() -> None:
    present = {(text.first, text.context) for text in texts()}
    stored = {
        (message.id if isinstance(message.id, str) else message.id[0], message.context)
        for message in catalogue()
        if message.id
    }
    assert stored - present == set()


def test_like_words_are_told_apart_by_their_context() -> None:
    with translation.override("en"):
        assert translation.pgettext("månad", "okt") == "Oct"
        assert (translation.gettext("Beslut"), translation.pgettext("flera", "Beslut")) == ("Decision", "Decisions")
        assert translation.pgettext("gruppens", "Uppgift") == "Task"


def test_no_text_hides_inside_a_formatted_string() -> None:
    """The collector reads code word by word, and a formatted string is one word to it before Python 3.12."""
    hidden = re.compile(r"\bf([\"']).*\{\s*(_|n?p?gettext)\(")
    found = [path.name for path in PACKAGE.rglob("*.py") if hidden.search(path.read_text())]
    assert found == []


def test_the_compiled_catalogue_is_in_step() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for message in catalogue():
        if isinstance(message.id, str) and message.id:
            said = compiled.pgettext(message.context, message.id) if message.context else compiled.gettext(message.id)
            assert said == message.string
        elif message.id:
            assert (compiled.ngettext(*message.id, 1), compiled.ngettext(*message.id, 2)) == message.string


def words(path: Path, text: str) -> None:
    path.write_text(
        f'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "löfte"\nmsgstr "{text}"\n'
    )


def said(path: Path) -> str:
    with path.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("löfte")


def test_a_missing_or_older_compiled_catalogue_is_made_again(tmp_path: Path) -> None:
    written = tmp_path / "django.po"
    words(written, "pledge")
    compile_if_stale(written)
    assert said(written) == "pledge"
    words(written, "promise")
    os.utime(written, ns=(0, written.with_suffix(".mo").stat().st_mtime_ns + 1))
    compile_if_stale(written)
    assert said(written) == "promise"
    assert {path.name for path in tmp_path.iterdir()} == {"django.po", "django.mo"}


def test_a_fresh_compiled_catalogue_is_left_alone(tmp_path: Path) -> None:
    written = tmp_path / "django.po"
    words(written, "promise")
    compile_if_stale(written)
    before = written.with_suffix(".mo").stat()
    compile_if_stale(written)
    assert written.with_suffix(".mo").stat().st_ino == before.st_ino


def test_a_catalogue_that_cannot_be_stored_stops_the_start(tmp_path: Path) -> None:
    written = tmp_path / "django.po"
    words(written, "promise")
    written.with_suffix(".mo").mkdir()
    os.utime(written.with_suffix(".mo"), ns=(0, 0))
    with pytest.raises(ImproperlyConfigured, match="översättningen kan inte sparas"):
        compile_if_stale(written)


def test_a_translation_keeps_every_placeholder() -> None:
    holes = re.compile(r"\{[a-z_]*\}|%\([a-z_]+\)s|%[sd]")
    for message in catalogue():
        if not message.id:
            continue
        source = message.id if isinstance(message.id, tuple) else (message.id, message.id)
        target = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(target), message.id
        for number, string in enumerate(target):
            wanted = set(holes.findall(source[min(number, 1)])) | set(holes.findall(source[0]))
            assert set(holes.findall(string)) <= wanted, message.id
            if number == len(target) - 1:
                assert set(holes.findall(string)) == set(holes.findall(source[min(number, 1)])), message.id
