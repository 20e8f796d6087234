"""The world of the tests holds together."""

import pytest

from tests.world import World


@pytest.mark.django_db
def test_people_act_with_what_their_roles_allow(world: World) -> None:
    assert "edit" in world.actor("coordinator").abilities
    assert world.actor("chair").abilities == {"read", "sign"}
