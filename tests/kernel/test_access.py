"""A rule says itself in words, in the reader's language."""

import pytest
from django.utils import translation

from tillsammans.kernel.access import Policy, can

pytestmark = pytest.mark.pure

LATE = Policy("sent", lambda actor, subject: False)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", "sent och (du har mandat att skriva under för organisationen eller du sköter installationen)"),
        ("en", "sent and (you have a mandate to sign for the organisation or you run the installation)"),
    ],
)
def test_the_words_between_conditions_are_in_the_language_of_the_rest(language: str, words: str) -> None:
    with translation.override(language):
        assert (LATE & (can("sign") | can("operate"))).words() == words
