"""An action plan as content: what the page, the package and the document are all made from."""

from dataclasses import dataclass
from typing import Any

from tillsammans.kernel.canonical import canonical, parsed


@dataclass(frozen=True, slots=True)
class ActivityContent:
    """One activity. ``actor`` is the organisation's name and ``actor_uuid`` its identity."""

    uuid: str
    actor: str
    actor_uuid: str
    verb: str
    place: str
    number: int | None
    unit: str
    due_on: str

    @property
    def amount(self) -> str:
        """How many of what, "34 kvällar"; empty for a yes or no."""
        return f"{self.number} {self.unit}".strip() if self.number else ""


@dataclass(frozen=True, slots=True)
class MeasureContent:
    """One row of Brå's table: causes, measure, operative goal, when, who, follow-up."""

    uuid: str
    problem: str
    problem_uuid: str
    causes: tuple[str, ...]
    goals: tuple[str, ...]
    title: str
    description: str
    operative_goal: str
    kind: str
    reach: str
    responsible: str
    responsible_role: str
    starts_on: str
    ends_on: str
    hours: int | None
    cost: int | None
    follow_up: str
    activities: tuple[ActivityContent, ...]
    snapshot: str  # hash of the adopted picture's view of the problem, empty before one is adopted


@dataclass(frozen=True, slots=True)
class GoalContent:
    """An effect goal."""

    uuid: str
    problem: str
    text: str
    baseline: str
    target: str
    due_on: str


@dataclass(frozen=True, slots=True)
class PlanContent:
    """A whole plan."""

    uuid: str
    title: str
    organisation: str
    collaboration: str
    starts_on: str
    ends_on: str
    decision: str
    goals: tuple[GoalContent, ...]
    measures: tuple[MeasureContent, ...]

    def canonical(self) -> str:
        """The bytes that are hashed, as text."""
        return canonical(self)

    @classmethod
    def parse(cls, text: str) -> "PlanContent":
        """The content of canonical text."""
        data = parsed(text)
        return cls(
            **{
                **data,
                "goals": tuple(GoalContent(**goal) for goal in data["goals"]),
                "measures": tuple(_measure(measure) for measure in data["measures"]),
            }
        )


def _measure(data: dict[str, Any]) -> MeasureContent:
    return MeasureContent(
        **{
            **data,
            "causes": tuple(data["causes"]),
            "goals": tuple(data["goals"]),
            "activities": tuple(ActivityContent(**activity) for activity in data["activities"]),
        }
    )
