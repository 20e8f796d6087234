"""What a document refuses, in words that help."""

import pytest

from tests.kernel.documents.examples import HASH, document
from tillsammans.kernel.documents import DocumentError, Heading, Table

pytestmark = pytest.mark.pure


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"title": "  "}, "saknar titel"),
        ({"organisation": ""}, "saknar organisation"),
        ({"blocks": (Heading(2, "Först"),)}, "hoppar över en nivå"),
        ({"blocks": (Heading(1, "A"), Heading(3, "B"))}, "nivå 2"),
        ({"blocks": (Heading(1, " "),)}, "rubrik är tom"),
        ({"accent": "red"}, "#1d4f6e"),
        ({"blocks": (Table("Källor", ("a", "b"), (("1",),)),)}, "Källor"),
        ({"blocks": (Table("Källor", (), ()),)}, "Källor"),
    ],
)
def test_a_document_that_does_not_hold_together_is_refused_in_swedish(changes, words):
    with pytest.raises(DocumentError, match=words):
        document(**changes)


def test_headings_may_climb_any_number_of_levels():
    levels = (1, 2, 3, 1, 2, 2, 3, 2)
    assert len(document(blocks=tuple(Heading(level, "x") for level in levels)).blocks) == len(levels)


def test_the_foot_holds_version_and_the_start_of_the_hash():
    assert document().foot == f"version 2026:3 · {HASH[:12]}"
    assert document(version="", content_hash="").foot == ""


def test_the_cover_leaves_out_what_is_empty():
    labels = [label for label, _value in document(status="", content_hash="").cover_facts]
    assert labels == ["Version", "Datum"]
