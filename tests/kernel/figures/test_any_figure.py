"""Any figure that holds together can be drawn at any width: no words cover others, and nothing leaves the sheet.

The figures are invented by lot, with the long names, few or many values and small or huge numbers that real files have;
each seed always gives the same ones.
"""

import random
from itertools import combinations

import pytest

from tests.kernel.figures.examples import square
from tests.kernel.figures.test_figures import box_of, points_of
from tillsammans.kernel.figures import (
    Alarm,
    Band,
    Break,
    Choropleth,
    Classes,
    Comparison,
    Event,
    Funnel,
    Limit,
    Line,
    MapArea,
    Panel,
    Point,
    Profile,
    Reference,
    Row,
    Slot,
    SmallMultiples,
    State,
    TimeSeries,
    WeekGrid,
)
from tillsammans.kernel.figures.drawing import Dot, Words
from tillsammans.kernel.figures.render import draw

pytestmark = pytest.mark.pure
WORDS = (
    "rån",
    "och",
    "i",
    "Åre",
    "bedrägeri",
    "utomhus",
    "skadegörelse",
    "narkotikabrott",
    "95 %",
    "per 1 000 invånare",
    "Vingåkersbygdens",
    "trygghetsvandringsdeltagare",
    "kommundelsnämndsområde",
    "mot",
    "äldre",
)


class Lot:
    """Invents figures; `scale` is how large their values are."""

    def __init__(self, seed: int) -> None:
        self.lot = random.Random(seed)
        self.scale = self.lot.choice([0.01, 1, 30, 500, 2e5, 3e7])

    def chance(self, share):
        return self.lot.random() < share

    def name(self, most=6):
        return " ".join(self.lot.choice(WORDS) for _ in range(self.lot.randint(1, most)))

    def names(self, least, most):
        found = dict.fromkeys(self.name() for _ in range(self.lot.randint(least, most)))
        return tuple(found)

    def value(self):
        found = self.lot.choice([0.0, self.lot.random(), self.lot.random(), self.lot.gauss(0, 0.5)])
        return round(found * self.scale, self.lot.choice([0, 1, 4]))

    def about(self):
        return {
            "title": self.name(),
            "description": self.name(),
            "unit": self.lot.choice(["%", self.name(4), ""]),
            "period": "2024",
            "source": "x",
            "decimals": self.lot.randint(0, 2),
            "counts": self.chance(0.3),
        }

    def periods(self):
        kind, count = self.lot.choice("mywd"), self.lot.randint(1, 60)
        return {
            "m": tuple(f"{2015 + at // 12}-{at % 12 + 1:02}" for at in range(5, 5 + count)),
            "y": tuple(str(1960 + at) for at in range(count)),
            "w": tuple(f"2024 v. {at + 1}" for at in range(count)),
            "d": tuple(f"2024-03-{at + 1:02}" for at in range(min(count, 31))),
        }[kind]

    def line(self, periods, label):
        values = tuple(None if self.chance(0.1) else self.value() for _ in periods)
        return Line(label, values, periods[-2:] if self.chance(0.5) else ())

    def around(self, periods, line):
        known = [period for period, value in zip(periods, line.values, strict=True) if value is not None]
        low = tuple(self.value() for _ in periods)
        high = tuple(value + abs(self.value()) for value in low)
        return {
            "band": Band(self.name(3), low, high) if self.chance(0.6) else None,
            "alarms": tuple(
                Alarm(period, self.name(3), self.lot.choice(["up", "down"])) for period in known if self.chance(0.1)
            ),
            "breaks": tuple(Break(period, self.name(9)) for period in periods[1:] if self.chance(0.04))[:4],
        }

    def series(self):
        periods = self.periods()
        lines = tuple(self.line(periods, name) for name in self.names(1, 4))
        events = tuple(Event(self.lot.choice(periods), self.name()) for _ in range(self.lot.randint(0, 3)))
        reference = Reference(self.name(3), self.value()) if self.chance(0.5) else None
        about = {**self.about(), **self.around(periods, lines[0])}
        return TimeSeries(**about, periods=periods, lines=lines, events=events, reference=reference)

    def multiples(self):
        periods, panels = self.periods(), []
        for name in self.names(1, 24):
            line = self.line(periods, name)
            hidden = Panel(Line(name, ()), state=State.SUPPRESSED, reason=self.name())
            panels.append(hidden if self.chance(0.1) else Panel(line, **self.around(periods, line)))
        return SmallMultiples(**self.about(), heading="Typ", periods=periods, panels=tuple(panels))

    def profile(self):
        slots = []
        for name in self.names(6, 24):
            value, away = self.value(), abs(self.value())
            noticed = self.name(4) if self.chance(0.1) else ""
            known = Slot(name, value, value - away, value + away, 5, noticed)
            slots.append(Slot(name, None) if self.chance(0.1) else known)
        level = Reference(self.name(3), self.value())
        return Profile(**self.about(), heading="Månad", slots=tuple(slots), reference=level, interval_label="95 %")

    def week(self):
        rows, columns = self.names(1, 7), tuple(f"{hour:02}" for hour in range(self.lot.randint(1, 24)))
        values = tuple(tuple(None if self.chance(0.1) else self.value() for _ in columns) for _ in rows)
        return WeekGrid(
            **self.about(),
            row_heading="Dag",
            column_heading="Timme",
            rows=rows,
            columns=columns,
            values=values,
            classes=Classes((self.scale / 4, self.scale / 2), decimals=3),
        )

    def funnel(self):
        most, middle = self.lot.choice([2, 30, 5000]), self.scale / 2
        points = tuple(
            Point(name, None, suppressed="få")
            if self.chance(0.05)
            else Point(
                name, 1 + self.lot.random() * most, self.value(), self.name(3) * self.chance(0.2), self.chance(0.05)
            )
            for name in self.names(5, 60)
        )
        sizes = tuple(1 + most * at / 30 for at in range(1, 40))
        low, high = (tuple(middle + side * self.scale / size**0.5 for size in sizes) for side in (-1, 1))
        return Funnel(
            **self.about(),
            heading="Kommun",
            size_label=self.name(),
            points=points,
            level=Reference(self.name(3), middle),
            limits=(Limit("95 %", sizes, low, high),),
        )

    def choropleth(self):
        areas = []
        for name in self.names(1, 40):
            x, y = self.lot.random() * self.lot.choice([100, 900]), self.lot.random() * 300
            ring = square(x, y, self.lot.choice([0.01, 3, 40]))
            if self.chance(0.2):
                areas.append(MapArea(name, (ring,), suppressed=self.lot.choice(["", self.name(3)])))
            else:
                marked = {"mark": "up", "mark_label": "fler än väntat"} if self.chance(0.1) else {}
                areas.append(MapArea(name, (ring,), self.value(), own=self.chance(0.05), **marked))
        bounds = (self.scale / 4, self.scale / 2, self.scale)
        return Choropleth(**self.about(), heading="Kommun", areas=tuple(areas), classes=Classes(bounds, decimals=3))

    def comparison(self):
        rows = []
        for name in self.names(1, 12):
            value = self.value()
            known = Row(name, value, value - 1, value + 1, emphasised=self.chance(0.1))
            rows.append(Row(name, suppressed=self.name(4)) if self.chance(0.1) else known)
        return Comparison(**self.about(), heading="Område", rows=tuple(rows), interval_label="95 %")


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("kind", ["series", "multiples", "profile", "week", "funnel", "choropleth", "comparison"])
def test_any_figure_is_drawn_within_its_sheet_and_legible(kind, seed):
    figure = getattr(Lot(seed), kind)()
    assert figure.table().rows
    assert figure.print_table().rows
    assert figure.records()[1]
    for width in ("wide", "narrow", "print"):
        drawing = draw(figure, width)
        words = [mark for mark in drawing.marks if isinstance(mark, Words)]
        for one, other in combinations(words, 2):
            a, b = box_of(one), box_of(other)
            assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), (width, one, other)
        for mark in drawing.marks:
            if isinstance(mark, Words):
                left, top, right, bottom = box_of(mark)
                points = [(left, top), (right, bottom)]
            else:
                points = [(mark.x, mark.y)] if isinstance(mark, Dot) else points_of(mark)
            assert all(-1 <= x <= drawing.width + 1 and -1 <= y <= drawing.height + 1 for x, y in points), (width, mark)
