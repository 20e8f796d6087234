"""What saving a file of areas changed, kept so that it can be undone."""

from dataclasses import dataclass

from tillsammans.kernel.content import content


@content("police_effects", version=1)
@dataclass(frozen=True, slots=True)
class PoliceEffects:
    """What the police's division of a file changed: ids of links that it ended; id and former code of areas."""

    ended: tuple[int, ...]
    coded: tuple[tuple[int, str], ...]
