"""Free text is screened: hardly any personal identity number slips through, and ordinary texts pass."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import pytest
from django import forms
from stdnum import luhn

from tillsammans.kernel.forms import Form, LongText, holds_personal_number

pytestmark = pytest.mark.pure

SENTENCES = [
    "{}",
    "Mannen ({}) har setts vid kajen.",
    "Se ärende om {}.",
    "pnr:{}, återkom",
    "Tre pojkar\n{}\noch en till",
    "Den 12 {} kl. 14",
]


def numbers(chance: Random, count: int) -> Iterator[tuple[str, str]]:
    """Valid numbers as century and ten digits, every fifth a coordination number."""
    for number in range(count):
        born = date(1925, 1, 1) + timedelta(days=chance.randrange(365 * 100))
        day = born.day + (60 if number % 5 == 0 else 0)
        nine = f"{born:%y%m}{day:02d}{chance.randrange(1000):03d}"
        yield f"{born.year // 100}", nine + luhn.calc_check_digit(nine)


def written(century: str, ten: str) -> list[str]:
    """The ways in which people write a number."""
    year, month, day, last = ten[:2], ten[2:4], ten[4:6], ten[6:]
    return [
        ten,
        f"{ten[:6]}-{last}",
        f"{ten[:6]}+{last}",
        f"{ten[:6]} {last}",
        f"{ten[:6]} - {last}",
        f"{ten[:6]}–{last}",
        f"{ten[:6]}\u2011{last}",
        f"{ten[:6]}\N{NO-BREAK SPACE}{last}",
        f"{ten[:6]}.{last}",
        f"{ten[:6]}-{last[:2]} {last[2:]}",
        f"{year} {month} {day}-{last[:2]} {last[2:]}",
        f"{year} {month} {day} {last}",
        f"{year}-{month}-{day}-{last}",
        f"{year}.{month}.{day}.{last}",
        f"{year}/{month}/{day}-{last}",
        century + ten,
        f"{century}{ten[:6]}-{last}",
        f"{century}{ten[:6]} {last}",
        f"{century} {ten[:6]}-{last}",
        f"{century}{year}-{month}-{day}-{last}",
        f"{century}{year}-{month}-{day} {last}",
        f"{century}{year}.{month}.{day}-{last}",
        f"{century}{year} {month} {day} {last}",
        f"{century}{year} {month} {day}-{last[:2]} {last[2:]}",
    ]


def ordinary(chance: Random) -> Iterator[str]:
    """Texts of the trade that are full of digits, forty of each kind."""

    def some(count: int) -> str:
        return "".join(str(chance.randrange(10)) for _ in range(count))

    def day() -> date:
        return date(2024, 1, 1) + timedelta(days=chance.randrange(1000))

    for _ in range(40):
        mobile = "07" + chance.choice("02369")
        yield f"Dnr KS-{day().year}-{some(4)} och KS {day().year}/{some(5)}."
        yield f"Ring {mobile}-{some(3)} {some(2)} {some(2)} eller 018-{some(2)} {some(2)} {some(2)}."
        yield f"Telefon {mobile}{some(1)}-{some(2)} {some(2)} {some(2)}, växel 0173-{some(3)} {some(2)}."
        yield f"Telefon +46 {mobile[1:]} {some(3)} {some(2)} {some(2)} eller 0046{mobile[1:]}{some(7)}."
        yield f"Perioden {day()}–{day()} jämfört med {day()} - {day()}."
        yield f"Mötet {day()} kl. {chance.randrange(24):02d}:{chance.randrange(60):02d}, {day():%-d/%-m %Y}."
        yield f"Filen {day():%Y%m%d}_{some(4)}.txt hämtad {day():%Y-%m-%d %H:%M}."
        yield f"Kostnad {chance.randrange(1, 999)} {some(3)} {some(3)} kr, {some(7)} kronor och {some(3)},{some(2)} kr."
        yield f"Organisationsnummer {chance.choice('25789')}{some(1)}{chance.choice('23456789')}{some(3)}-{some(4)}."
        yield f"Bankgiro {some(4)}-{some(4)}, OCR {some(16)}, IBAN SE{some(2)} {some(4)} {some(4)} {some(4)} {some(4)}."
        yield f"Polisens diarienummer 5000-K{some(6)}-{day():%y} och A{some(3)}.{some(3)}/{day().year}."
        yield f"Demografiskt område 0382A{some(4)}, region 0382R{some(3)}, kommun {some(4)}."
        yield f"Punkten {some(2)}.{some(6)}, {some(2)}.{some(6)} i SWEREF 99: {some(7)}, {some(6)}."
        yield f"Antal {some(4)}, {some(4)}, {some(4)} och {some(5)} för åren 2021, 2022, 2023 och 2024."
        yield f"Paragraf {some(2)}, SFS {day().year}:{some(3)}, ISBN 978-91-{some(5)}-{some(2)}-{some(1)}."


def test_at_least_99_of_100_numbers_are_found_however_they_are_written() -> None:
    chance = Random(811228)
    texts = [
        chance.choice(SENTENCES).format(form) for century, ten in numbers(chance, 200) for form in written(century, ten)
    ]
    assert len(texts) >= 500
    missed = [text for text in texts if not holds_personal_number(text)]
    assert len(missed) <= len(texts) / 100, missed[:10]


@pytest.mark.parametrize("form", range(len(written("19", "8112289874"))))
def test_no_way_of_writing_slips_through(form: int) -> None:
    chance = Random(form)
    missed = [
        text for century, ten in numbers(chance, 100) if not holds_personal_number(text := written(century, ten)[form])
    ]
    assert len(missed) <= 1, missed


def test_at_most_1_of_100_ordinary_texts_raises_the_alarm() -> None:
    texts = list(ordinary(Random(20260112)))
    assert len(texts) >= 500
    alarms = [text for text in texts if holds_personal_number(text)]
    assert len(alarms) <= len(texts) / 100, alarms


@pytest.mark.parametrize(
    "text",
    [
        "811228-9875",  # wrong check digit
        "811328-9874",
        "811232-9873",  # no such date
        "2081 12 28-9874",  # not born yet
        "12811228-9874",  # no such century
        "8112289874123",
        "18112289874",  # part of a longer number
        "1981-12-28-9874-12",
        "",
        "inga siffror",
    ],
)
def test_what_only_looks_like_a_number_passes(text: str) -> None:
    assert not holds_personal_number(text)


def test_a_number_after_another_number_is_found() -> None:
    assert holds_personal_number("Rum 12 811228-9874")
    assert holds_personal_number("811228-9875, 811228-9874")
    assert holds_personal_number("20 811228-9874")


class Example(Form):
    short = forms.CharField()
    long = LongText(required=False)


@pytest.mark.parametrize("field", ["short", "long"])
def test_a_form_says_where_the_number_stands_and_why_it_is_refused(field: str) -> None:
    form = Example({"short": "Kajen", field: "Det var 811228-9874."})
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert "ser ut att innehålla ett personnummer" in form.errors[field][0]
    assert Example({"short": "Kajen", "long": "Dnr KS-2026-0112"}).is_valid()
