"""Rows by the million: inserted past the managers, and the room is guarded all the same."""

from uuid import UUID

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.world import World
from tillsammans.areas.models import Population, PopulationImport
from tillsammans.kernel import bulk
from tillsammans.kernel.scope import OutsideScope, everywhere

pytestmark = pytest.mark.both


@pytest.fixture
def imported(world: World) -> PopulationImport:
    with world.room("osthammar"):
        return PopulationImport.objects.create(
            organisation=world.osthammar, file="f", sha256="0" * 64, source="k", person=world.people["coordinator"][0]
        )


def insert(world: World, imported: PopulationImport, count: int, owner: str = "osthammar") -> None:
    bulk.insert(
        Population,
        world.organisations[owner].pk,
        {"imported_id": imported.pk, "area_id": world.areas["0382"].pk},
        ["year", "value"],
        ((1900 + number, number) for number in range(count)),
    )


def test_rows_are_as_if_they_were_saved(world: World, imported: PopulationImport) -> None:
    with world.room("osthammar"):
        insert(world, imported, 3)
        saved = Population.objects.create(
            organisation=world.osthammar, area=world.areas["0382"], year=2000, value=5, imported=imported
        )
        rows = list(Population.objects.order_by("year"))
        assert [(row.year, row.value) for row in rows] == [(1900, 0), (1901, 1), (1902, 2), (2000, 5)]
        for row in rows:
            assert (row.organisation_id, row.version) == (saved.organisation_id, 1)
            assert abs((row.recorded_at - saved.recorded_at).total_seconds()) < 60
            assert Population.objects.get(uuid=row.uuid) == row


def test_addresses_differ_and_are_of_version_7(world: World, imported: PopulationImport) -> None:
    with world.room("osthammar"):
        insert(world, imported, 50)
        addresses: set[UUID] = set(Population.objects.values_list("uuid", flat=True))
    assert len(addresses) == 50
    assert {(address.version, address.variant) for address in addresses} == {(7, "specified in RFC 4122")}


def test_anothers_rows_are_out_of_reach(world: World, imported: PopulationImport) -> None:
    with world.room("tierp"), pytest.raises(OutsideScope):
        insert(world, imported, 1)
    with pytest.raises(OutsideScope):
        insert(world, imported, 1)
    with everywhere("a test looks"):
        assert not Population.objects.exists()
        insert(world, imported, 1)
        assert Population.objects.count() == 1


def test_a_row_that_breaks_a_rule_leaves_none_of_them(world: World, imported: PopulationImport) -> None:
    same = {"imported_id": imported.pk, "area_id": world.areas["0382"].pk}
    with world.room("osthammar"):
        with pytest.raises(IntegrityError), transaction.atomic():
            bulk.insert(Population, world.osthammar.pk, same, ["year", "value"], [(1900, 1), (1901, 2), (1900, 3)])
        assert not Population.objects.exists()


@pytest.mark.django_db
def test_a_database_that_plans_by_counts_is_told_of_new_rows() -> None:
    with CaptureQueriesContext(connection) as asked:
        bulk.analyze(Population)
    assert [query["sql"] for query in asked] == (
        ['ANALYZE "areas_population"'] if connection.vendor == "postgresql" else []
    )
