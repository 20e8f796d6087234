"""A choice among many: written or picked, checked where it arrives, and named when it is in doubt."""

from datetime import date

import pytest

from tests.world import World
from tillsammans.areas.models import Area
from tillsammans.collaboration.forms import AreaField, areas_to_choose
from tillsammans.imports.forms.fetch import PlacesForm
from tillsammans.kernel.forms import Form

pytestmark = pytest.mark.django_db


class Chosen(Form):
    area = AreaField(areas_to_choose, label="Område")


@pytest.fixture(autouse=True)
def names(world: World) -> None:
    with world.room("gemensamt"):
        for code, name in (("0643", "Habo"), ("0305", "Håbo")):
            Area.objects.create(
                organisation=world.gemensamt, code=code, name=name, kind="municipality", valid_from=date(1971, 1, 1)
            )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Östhammar (kommun)", "0382"),
        ("  östhammar ", "0382"),
        ("osthammar", "0382"),
        ("tie", "0360"),
        ("Uppsala", "0380"),
        ("Uppsala län", "03"),
        ("habo", "0643"),
        ("HÅBO", "0305"),
    ],
)
def test_a_name_is_taken_as_people_write_it(world: World, written: str, code: str) -> None:
    with world.room("osthammar"):
        form = Chosen({"area": written})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["area"].code == code


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "Detta fält måste fyllas i."),
        ("Atlantis", "Inget i listan börjar så. Skriv början av namnet och välj i listan."),
        ("upps", "Flera börjar så, till exempel: Uppsala (kommun), Uppsala län (län). Välj en."),
        ("999999", "Inget i listan börjar så. Skriv början av namnet och välj i listan."),
    ],
)
def test_what_is_in_doubt_is_refused_and_what_was_written_stays(world: World, written: str, said: str) -> None:
    with world.room("osthammar"):
        form = Chosen({"area": written})
        assert form.errors["area"] == [said]
        assert not written or f'value="{written}"' in str(form["area"])


def test_the_input_suggests_every_choice_and_shows_the_one_that_stands(world: World) -> None:
    with world.room("osthammar"):
        shown = str(Chosen(initial={"area": world.areas["0360"].pk})["area"])
        assert str(Chosen(initial={"area": world.areas["0360"]})["area"]) == shown
        assert 'value="Tierp (kommun)"' in shown.split("<datalist")[0]
        assert 'list="id_area_suggestions"' in shown
        assert shown.count("<option") == 6
        assert "<select" not in shown
        assert Chosen({"area": str(world.areas["0360"].pk)}).is_valid()


@pytest.mark.parametrize("written", ["0382", "Östhammar", "osth", "ÖSTHAMMAR"])
def test_a_choice_that_is_no_row_is_written_too(written: str) -> None:
    form = PlacesForm({"kommun": written, "omfattning": "kommun"})
    assert form.is_valid(), form.errors
    assert form.codes() == ["0382"]
    assert 'value="Östhammar"' in str(PlacesForm(initial={"kommun": "0382"})["kommun"]).split("<datalist")[0]


def test_a_choice_that_is_not_there_is_refused() -> None:
    form = PlacesForm({"kommun": "Atlantis", "omfattning": "kommun"})
    assert form.errors["kommun"] == ["Inget i listan börjar så. Skriv början av namnet och välj i listan."]
