"""Forms and the pages around them can be used by everyone."""

from typing import Any

import pytest
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from tests.markup import one_line
from tillsammans.kernel.components_page import Example

pytestmark = pytest.mark.pure


def page(template: str, **context: Any) -> str:
    return one_line(render_to_string(template, context, request=RequestFactory().get("/sida/")))


def test_our_form_templates_win_over_djangos() -> None:
    origin = get_template("django/forms/field.html").origin.name
    assert "tillsammans" in origin, "tillsammans.kernel must stand before django.forms in INSTALLED_APPS"


def test_a_field_has_label_hint_and_error_tied_to_it() -> None:
    html = one_line(Example({"title": ""}).as_div())
    assert '<label for="id_title">Rubrik</label>' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_error"' in html
    assert 'aria-invalid="true"' in html


def test_what_may_be_left_out_says_so_and_the_rest_is_required() -> None:
    html = Example().as_div()
    optional = [name for name, field in Example().fields.items() if not field.required]
    assert html.count("(frivilligt)") == len(optional)


def test_choices_stand_in_a_named_group() -> None:
    html = one_line(Example()["kind"].as_field_group())
    assert html.startswith("<fieldset")
    assert "<legend>Slag av orsak</legend>" in html
    assert html.count('type="radio"') == html.count("<label for=") == 3


def test_days_and_files_use_the_controls_of_the_browser() -> None:
    html = Example().as_div()
    assert 'type="date"' in html
    assert 'type="file"' in html


def test_the_list_of_errors_comes_first_and_leads_to_each_field() -> None:
    form = Example({"title": "", "text": "En text"})
    html = page("kernel/form.html", title="Beskriv", form=form, idempotency_key="n1", version=3)
    assert 'role="alert"' in html
    assert html.index('id="errors"') < html.index('<form class="form"')
    for name in form.errors:
        assert f'href="#id_{name}"' in html
        assert f'id="id_{name}"' in html
    assert "En text" in html
    assert 'name="idempotency_key" value="n1"' in html
    assert 'name="version" value="3"' in html
    assert "data-draft-answered" in html


def test_a_conflict_shows_both_texts() -> None:
    form = Example({"text": "Min text"})
    both = [("Beskrivning", "Deras text", "Min text")]
    html = page("kernel/form.html", title="Beskriv", form=form, conflict=both, version=4)
    conflict = html.split('class="conflict"')[1].split("</table>")[0]
    assert "Deras text" in conflict
    assert "Min text" in conflict


def test_a_binding_act_says_what_happens_and_to_whom_before_the_button() -> None:
    html = page(
        "kernel/confirm.html",
        title="Publicera",
        consequences=["Löftet syns för alla."],
        receivers=["Polisen"],
        button="Publicera löftet",
        back="/",
        idempotency_key="n2",
    )
    assert html.index("Löftet syns för alla.") < html.index("Polisen") < html.index("Publicera löftet</button>")


def test_a_receipt_gives_a_reference() -> None:
    assert "2026-0417" in page("kernel/receipt.html", title="Mottaget", reference="2026-0417")


@pytest.mark.parametrize("state", ["running", "failed", "done"])
def test_a_job_shows_where_it_stands_also_without_script(state: str) -> None:
    job = {
        "uuid": "00000000-0000-4000-8000-000000000001",
        "state": state,
        "done": 1250,
        "total": 6396,
        "message": "Läser rad 1 250.",
        "result_url": "/resultat/",
    }
    html = page("kernel/job.html", title="Läser in", job=job)
    assert "Läser rad 1 250." in html
    assert ('http-equiv="refresh"' in html) == (state == "running")
    assert ('max="6396" value="1250"' in html) == (state == "running")
    assert ('href="/resultat/"' in html) == (state == "done")


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "kernel/errors/503.html"])
def test_an_error_page_has_one_heading_and_a_way_on(name: str) -> None:
    html = page(name)
    assert html.count("<h1>") == 1
    assert 'class="btn" href="/"' in html


def test_a_refusal_gives_its_reasons() -> None:
    html = page("403.html", reasons=["Du är inte medlem i <styrgruppen>."])
    assert "Du är inte medlem i &lt;styrgruppen&gt;." in html


def test_the_page_for_our_own_faults_needs_no_context() -> None:
    assert "Något gick fel hos oss" in get_template("500.html").render()
