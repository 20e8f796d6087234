"""Rows by the million: inserted past the managers, and the room is guarded all the same."""

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.world import World
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.kernel import bulk
from tillsammans.kernel.scope import OutsideScope, everywhere

pytestmark = pytest.mark.both


@pytest.fixture
def imported(world: World) -> Import:
    with everywhere("a test lays an import with a series"):
        series = Series.objects.create(
            organisation=world.osthammar,
            indicator=Indicator.objects.create(code="x", name="X", unit="count"),
            area=world.areas["0382"],
            period_kind="year",
            source="k",
        )
        person = world.people["coordinator"][0]
        made = Import.objects.create(organisation=world.osthammar, kind="k", source="k", files="f", person=person)
    made.series = series  # type: ignore[attr-defined]
    return made


def insert(world: World, imported: Import, count: int, owner: str = "osthammar") -> None:
    bulk.insert(
        Value,
        world.organisations[owner].pk,
        same(imported),
        ["period", "value"],
        ((str(1900 + number), number) for number in range(count)),
    )


def same(imported: Import) -> dict[str, Any]:
    ids = {"imported_id": imported.pk, "series_id": imported.series.pk}  # type: ignore[attr-defined]
    return {**ids, "mark": "", "preliminary": False, "file": 0, "sheet": ""}


def test_rows_are_as_if_they_were_saved(world: World, imported: Import) -> None:
    with world.room("osthammar"):
        insert(world, imported, 3)
        saved = Value.objects.create(organisation=world.osthammar, period="2000", value=5, **same(imported))
        rows = list(Value.objects.order_by("period"))
        assert [(row.period, row.value) for row in rows] == [("1900", 0), ("1901", 1), ("1902", 2), ("2000", 5)]
        for row in rows:
            assert (row.organisation_id, row.version) == (saved.organisation_id, 1)
            assert abs((row.recorded_at - saved.recorded_at).total_seconds()) < 60
            assert Value.objects.get(uuid=row.uuid) == row


def test_addresses_differ_and_are_of_version_7(world: World, imported: Import) -> None:
    with world.room("osthammar"):
        insert(world, imported, 50)
        addresses: set[UUID] = set(Value.objects.values_list("uuid", flat=True))
    assert len(addresses) == 50
    assert {(address.version, address.variant) for address in addresses} == {(7, "specified in RFC 4122")}


def test_anothers_rows_are_out_of_reach(world: World, imported: Import) -> None:
    with world.room("tierp"), pytest.raises(OutsideScope):
        insert(world, imported, 1)
    with pytest.raises(OutsideScope):
        insert(world, imported, 1)
    with everywhere("a test looks"):
        assert not Value.objects.exists()
        insert(world, imported, 1)
        assert Value.objects.count() == 1


def test_a_row_that_breaks_a_rule_leaves_none_of_them(world: World, imported: Import) -> None:
    rows = [("1900", 1), ("1901", 2), ("1900", 3)]
    with world.room("osthammar"):
        with pytest.raises(IntegrityError), transaction.atomic():
            bulk.insert(Value, world.osthammar.pk, same(imported), ["period", "value"], rows)
        assert not Value.objects.exists()


@pytest.mark.django_db
def test_a_database_that_plans_by_counts_is_told_of_new_rows() -> None:
    with CaptureQueriesContext(connection) as asked:
        bulk.analyze(Value)
    assert [query["sql"] for query in asked] == (
        ['ANALYZE "indicators_value"'] if connection.vendor == "postgresql" else []
    )
