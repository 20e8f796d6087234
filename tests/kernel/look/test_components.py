"""The parts of a page say what they mean in words, shapes and valid markup."""

from datetime import date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from tillsammans.kernel.components import Event, Knot, Link, Step, Thread
from tillsammans.kernel.components_page import components_page, example_series, example_thread
from tillsammans.kernel.terms import terms

pytestmark = pytest.mark.pure

VOID = {"area", "br", "hr", "img", "input", "link", "meta", "source", "path", "circle", "rect", "line"}


class Outline(HTMLParser):
    """Collects ids, attributes and misnested elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self._note(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._note(tag, attrs)

    def _note(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        self.attributes += [(tag, name, value) for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> where {self.open[-1:]} is open")
        else:
            self.open.pop()


def outline(html: str) -> Outline:
    found = Outline()
    found.feed(html)
    return found


def shown(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


@pytest.fixture(scope="module")
def page() -> str:
    return components_page(RequestFactory().get("/")).content.decode()


def test_the_page_of_parts_nests_rightly_and_names_nothing_twice(page: str) -> None:
    found = outline(page)
    assert found.faults == []
    assert found.open == []
    assert sorted(found.ids) == sorted(set(found.ids))


def test_the_page_needs_nothing_that_a_strict_policy_forbids(page: str) -> None:
    found = outline(page)
    assert [each for each in found.attributes if each[1] == "style" or each[1].startswith("on")] == []
    assert "<style" not in page
    assert [each[2] for each in found.attributes if each[1] == "src" and not str(each[2]).startswith("/static/")] == []


def test_every_reference_to_an_id_finds_it(page: str) -> None:
    found = outline(page)
    wanted = {
        ident
        for _tag, name, value in found.attributes
        if name in ("for", "aria-labelledby", "aria-describedby", "popovertarget", "data-dialog")
        for ident in (value or "").split()
    }
    assert wanted - set(found.ids) == set()


def test_a_thread_says_what_hangs_on_it_without_its_gaps() -> None:
    knots = (
        Knot("Underlag", "5 källor"),
        Knot("Problem", "prioriterat"),
        Knot("Orsak", "2 orsaker"),
        Knot("Mål", "sätt ett mål", state="gap"),
        Knot("Åtgärd", "3 åtgärder"),
    )
    assert Thread(knots).summary == "2 orsaker · 3 åtgärder"


def test_a_gap_breaks_the_thread_on_both_sides() -> None:
    thread = Thread((Knot("Problem", "1", state="here"), Knot("Orsak", "lägg till en", state="gap"), Knot("Mål", "1")))
    assert [broken for _knot, broken in thread.pieces] == [True, True, False]
    assert not thread.whole
    assert example_thread(1).whole


def test_the_thread_marks_the_own_knot_and_links_the_others() -> None:
    html = shown("{% thread t %}", t=example_thread(4, 5))
    assert html.count('aria-current="step"') == 1
    assert html.count("<a ") == 7
    assert html.count('class="gap') == 3
    assert "lova något" in html


def test_a_mini_thread_keeps_its_words_for_those_who_listen() -> None:
    html = shown("{% thread t mini=True %}", t=example_thread(1))
    assert '<span class="sr">Orsak: 2 orsaker</span>' in html
    assert "<a " not in html


@pytest.mark.parametrize("kind", ["ok", "warn", "bad", "none"])
def test_a_status_has_shape_and_word(kind: str) -> None:
    html = shown("{% status kind 'Försenad' %}", kind=kind)
    assert "<svg" in html
    assert "Försenad" in html


def test_the_four_statuses_have_four_shapes() -> None:
    shapes = {shown("{% status kind 'x' %}", kind=kind).split("<svg", 1)[1] for kind in ("ok", "warn", "bad", "none")}
    assert len(shapes) == 4


def test_a_status_without_a_word_or_of_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="word"):
        shown("{% status 'ok' '' %}")
    with pytest.raises(ValueError, match="kind"):
        shown("{% status 'green' 'Bra' %}")


def test_a_finding_shows_sentence_source_both_drawings_and_every_row_of_its_table() -> None:
    figure = example_series()
    html = shown("{% finding f prefix='f1' calculation='/rakning/' downloads=d %}", f=figure, d=[("CSV", "/f.csv")])
    assert html.index(figure.title) < html.index("<svg")
    assert html.count('role="img"') == 2
    assert html.count("<tr>") == 1 + len(figure.table().rows)
    assert figure.source in html
    assert 'href="/rakning/"' in html
    assert "Ladda ner CSV" in html


def test_what_a_person_typed_is_escaped() -> None:
    step = Step("<script>", "<b>", "/a", "Börja", 5, links=(Link("<i>", "/b"),), key="a")
    html = shown("{% step s %}{% facts p %}{% bar 1 2 u %}", s=step, p=[("<u>", "<s>")], u="<em>")
    assert not any(tag in html for tag in ("<script>", "<b>", "<i>", "<u>", "<s>", "<em>"))


def test_a_step_that_is_put_off_sends_a_protected_form() -> None:
    step = Step("Titel", "Därför", "/a", "Börja", 5, date(2026, 12, 4), (Link("Skjut upp", "/b", post=True),), key="a")
    html = shown("{% step s %}", s=step, csrf_token="nyckel")
    assert 'method="post" action="/b"' in html
    assert 'name="csrfmiddlewaretoken" value="nyckel"' in html
    assert "Senast 2026-12-04." in html


def test_a_term_is_explained_the_first_time_only() -> None:
    html = shown("{% term 'lägesbild' 'Lägesbilden' %} {% term 'lägesbild' %}")
    assert html.count("popovertarget") == 1
    assert str(terms()["lägesbild"]) in html
    assert html.endswith(" lägesbild")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% number 12345.67 1 %}", "12\u00a0345,7"),
        ("{% number -3 %}", "−3"),
        ("{{ 1234|per_100k }}", "1\u00a0234 per 100 000 invånare"),
        ("{{ d|swedish_date }}", "2026-03-31"),
        ("{{ nothing|swedish_date }}", ""),
        ("{% period a b %}", "november 2025–februari 2026"),
        ("{% period a a %}", "2025-11-01"),
        ("{% period d b %}", "2026-03-31–2026-02-28"),
        ("{% period y z %}", "2026"),
    ],
)
def test_numbers_and_days_are_written_as_swedes_write_them(source: str, expected: str) -> None:
    days = {
        "a": date(2025, 11, 1),
        "b": date(2026, 2, 28),
        "d": date(2026, 3, 31),
        "y": date(2026, 1, 1),
        "z": date(2026, 12, 31),
    }
    assert shown(source, nothing=None, **days) == expected


def test_a_missing_number_says_that_it_is_missing() -> None:
    assert "uppgift saknas" in shown("{% number None %}")


@pytest.mark.parametrize(("done", "total", "share"), [(32, 34, "94.1"), (0, 0, "0.0"), (9, 3, "100.0")])
def test_a_bar_never_runs_out_of_its_frame(done: int, total: int, share: str) -> None:
    assert f'width="{share}"' in shown("{% bar d t %}", d=done, t=total)


def test_a_timeline_gives_machines_the_time_and_words_the_order() -> None:
    html = shown("{% timeline e %}", e=[Event(datetime(2026, 3, 1, 9, 30), "A"), Event("våren", "B", state="later")])  # noqa: DTZ001
    assert 'datetime="2026-03-01T09:30:00"' in html
    assert "kommer" in html


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("sv", "november 2025–februari 2026"),
        ("en", "November 2025–February 2026"),
    ],
)
def test_months_are_written_as_the_language_writes_them(language: str, words: str) -> None:
    with translation.override(language):
        assert shown("{% period start end %}", start=date(2025, 11, 1), end=date(2026, 2, 28)) == words


def test_every_term_has_a_name_of_its_own_in_english() -> None:
    with translation.override("en"):
        html = shown('{% term "lägesbild" %}')
        names = {word: translation.gettext(word) for word in terms()}
    assert ">situational picture</button>" in html
    assert {word for word, name in names.items() if name == word} == {"problem"}
