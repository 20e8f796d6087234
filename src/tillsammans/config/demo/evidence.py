"""Invented statistics, read in by the operator through the real imports."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from tillsammans.config.demo.cast import Cast
from tillsammans.config.demo.days import Days, last_month_known, month_start, months
from tillsammans.config.demo.figures import Story, databasfil, population_file
from tillsammans.formats import population_reader
from tillsammans.formats.units import BRA
from tillsammans.imports import jobs
from tillsammans.indicators.models import Import, Series
from tillsammans.kernel import clock
from tillsammans.kernel.access import Actor
from tillsammans.kernel.scope import Scope, within

SOURCE = "Påhittade uppgifter i Brås format"
PRELIMINARY_MONTHS = 2


def story(days: Days) -> Story:
    """What the figures tell: burglaries fell with the first promise, damage rose three months ago."""
    latest = last_month_known(days.latest_import)
    return Story(fewer_burglaries=days.first_promise[0], more_damage=month_start(latest, -2))


def not_final_since(read_in: date) -> date:
    """The first month that was preliminary when figures were read in on that day: where the next file begins."""
    return month_start(last_month_known(read_in), 1 - PRELIMINARY_MONTHS)


def read_in_population(cast: Cast, days: Days) -> None:
    """How many lived in each municipality, for the years that have ended; nothing if they are in force already."""
    years = range(days.first_figures.year - 1, clock.today().year)
    _import(cast.operator, "folkmangd-pahittad.csv", population_file(years), population_reader.KIND)


def read_in_crimes(cast: Cast, days: Days, since: date) -> None:
    """Reported crimes from ``since`` to the latest month that is known on the clock's day, the last two preliminary."""
    today = clock.today()
    content = databasfil(months(since, last_month_known(today)), PRELIMINARY_MONTHS, story(days))
    with within(Scope(cast.operator.organisation_id)), _in_the_name_of_bra():
        _import(cast.operator, f"pahittad-databasfil-{today}.txt", content)


def _import(operator: Actor, name: str, content: bytes, kind: str = "") -> None:
    with within(Scope(operator.organisation_id)):
        jobs.import_now(operator, [(name, [content])], kind=kind)


@contextmanager
def _in_the_name_of_bra() -> Iterator[None]:
    """The importer takes every Databasfil for Brå's. These figures are not, so outside the import they say whose."""
    Series.objects.filter(source=SOURCE).update(source=BRA)
    yield
    Series.objects.filter(source=BRA).update(source=SOURCE)
    Import.objects.filter(source=BRA).update(source=SOURCE)
