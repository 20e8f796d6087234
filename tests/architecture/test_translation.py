"""English is a complete translation, and what the program reads is what is written."""

import re
from io import BytesIO

import pytest
from babel.messages.mofile import write_mo
from django.utils import translation

from tillsammans.config.translation import CATALOGUE, PACKAGE, catalogue, missing, texts

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
    made = BytesIO()
    write_mo(made, catalogue())
    assert CATALOGUE.with_suffix(".mo").read_bytes() == made.getvalue()


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
