"""An action plan as frozen content, rendered as page, package and document."""

from dataclasses import dataclass

from tillsammans.kernel.content import Day, Identity, content


@dataclass(frozen=True, slots=True)
class ActivityContent:
    """One activity. ``actor`` is the organisation's name and ``actor_uuid`` its identity."""

    uuid: Identity
    actor: str
    actor_uuid: Identity
    verb: str
    place: str
    number: int | None
    unit: str
    due_on: Day

    @property
    def amount(self) -> str:
        """How many of what, "34 kvällar"; empty for a yes or no."""
        return f"{self.number} {self.unit}".strip() if self.number else ""


@dataclass(frozen=True, slots=True)
class MeasureContent:
    """One row of Brå's table: causes, measure, operative goal, when, who, follow-up."""

    uuid: Identity
    problem: str
    problem_uuid: Identity
    causes: tuple[str, ...]
    goals: tuple[str, ...]
    title: str
    description: str
    operative_goal: str
    kind: str
    reach: str
    responsible: str
    responsible_role: str
    starts_on: Day
    ends_on: Day
    hours: int | None
    cost: int | None
    follow_up: str
    activities: tuple[ActivityContent, ...]
    snapshot: str  # hash of the adopted picture's view of the problem, empty before one is adopted


@dataclass(frozen=True, slots=True)
class GoalContent:
    """An effect goal."""

    uuid: Identity
    problem: str
    text: str
    baseline: str
    target: str
    due_on: Day


@content("plan", version=2)
@dataclass(frozen=True, slots=True)
class PlanContent:
    """A whole plan."""

    uuid: Identity
    title: str
    organisation: str
    collaboration: str
    starts_on: Day
    ends_on: Day
    decision: str
    goals: tuple[GoalContent, ...]
    measures: tuple[MeasureContent, ...]
