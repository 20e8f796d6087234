"""A seat is ended by its button and opened again by the same; a date that lies ahead is no end."""

from datetime import UTC, date, datetime

import pytest

from tests.markup import one_line
from tests.world import World
from tillsammans.collaboration import actions
from tillsammans.collaboration.models import Group, Seat
from tillsammans.kernel import clock

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last_day", "button", "then"),
    [
        (None, "Avsluta", date(2026, 3, 10)),
        (date(2026, 12, 31), "Avsluta", date(2026, 3, 10)),
        (date(2026, 3, 10), "Öppna igen", None),
        (date(2026, 1, 31), "Öppna igen", None),
    ],
)
def test_only_a_seat_that_has_ended_is_opened_again(
    world: World, last_day: date | None, button: str, then: date | None
) -> None:
    with clock.frozen(MOMENT):
        with world.room("osthammar"):
            group = Group.objects.create(
                organisation=world.osthammar,
                collaboration=world.collaboration,
                name="Styrgruppen",
                kind="steering",
                opened_on=date(2025, 1, 1),
            )
            seat = actions.give_seat(
                world.actor("coordinator"),
                group,
                member=world.osthammar,
                name="Eva Lind",
                valid_from=date(2025, 1, 1),
                valid_to=last_day,
            )
        client = world.client("coordinator")
        page = one_line(client.get(f"/samverkan/{world.collaboration.uuid}/").content.decode())
        assert f'<button class="link">{button}<span class="sr">Eva Lind' in page
        client.post(f"/samverkan/platser/{seat.uuid}/avsluta/")
        with world.room("osthammar"):
            assert Seat.objects.get(pk=seat.pk).valid_to == then
