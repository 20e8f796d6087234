"""Population for tests: read in through the real import, or laid as rows where the import is not the subject."""

from collections.abc import Mapping
from datetime import datetime

from tests.world import World
from tillsammans.areas.models import Area
from tillsammans.formats import population_reader
from tillsammans.formats.population import CODE, MEASURED
from tillsammans.imports import jobs
from tillsammans.indicators.models import Import, Indicator, Series, Value
from tillsammans.kernel import clock
from tillsammans.parties.models import Organisation, Person


def read_in_population(world: World, content: bytes | str, role: str = "operator", name: str = "folk.csv") -> Import:
    """Import the file as the person with that role, in the organisation's room. Needs ``settings.VAR``."""
    actor = world.actor(role)
    data = content.encode() if isinstance(content, str) else content
    with world.room(next(key for key, one in world.organisations.items() if one.pk == actor.organisation_id)):
        imported = jobs.import_now(actor, [(name, [data])], kind=population_reader.KIND)
    assert imported is not None
    return imported


def lay_population(
    owner: Organisation,
    person: Person,
    counts: Mapping[tuple[Area, int], int],
    source: str = "SCB, påhittad",
    in_force_at: datetime | None = None,
) -> Import:
    """Inhabitants by area and year, in force."""
    indicator, _made = Indicator.objects.get_or_create(
        code=CODE, defaults={"name": MEASURED.name, "unit": MEASURED.unit}
    )
    imported = Import.objects.create(
        organisation=owner,
        kind=population_reader.KIND,
        source=source,
        files=f"{'b' * 64} folk.csv",
        state="in_force",
        person=person,
        in_force_at=in_force_at or clock.now(),
        created=len(counts),
    )
    for (area, year), count in counts.items():
        series, _made = Series.objects.get_or_create(
            organisation=owner, indicator=indicator, area=area, breakdown="", period_kind="year", source=source
        )
        Value.objects.create(organisation=owner, series=series, period=str(year), imported=imported, value=count)
    return imported
