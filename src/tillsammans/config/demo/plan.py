"""The action plan: goals, measures against causes, activities, and what was done of them."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from tillsammans.config.demo.cast import Cast
from tillsammans.config.demo.days import Days, month_start
from tillsammans.config.demo.figures import BURGLARY
from tillsammans.config.demo.pictures import Story
from tillsammans.config.demo.problems import indicator
from tillsammans.kernel import clock
from tillsammans.picture.models import Cause, Problem
from tillsammans.plans.actions import adopt_plan, choose_measure, plan_activity, set_goal, start_plan
from tillsammans.plans.models import ActionPlan, Activity, Goal, Measure


@dataclass
class Plans:
    """The plan and its parts by short name."""

    plan: ActionPlan
    measures: dict[str, Measure] = field(default_factory=dict)
    activities: dict[str, Activity] = field(default_factory=dict)


def adopt(cast: Cast, story: Story, days: Days) -> Plans:
    """A plan for two years against burglaries and the bus square; the executive board adopts it today."""
    coordinator = cast.coordinator
    starts = days.first_promise[0]
    ends = month_start(starts, 24) - timedelta(days=1)
    made = Plans(
        start_plan(
            coordinator,
            None,
            collaboration=story.collaboration,
            title=f"Åtgärdsplan för Trygg i Östhammar {starts.year}–{ends.year}",
            starts_on=starts,
            ends_on=ends,
        )
    )
    burglary, square = story.problems["burglary"], story.problems["square"]
    fewer = set_goal(
        coordinator,
        burglary,
        text="Inbrotten i bostad ska bli minst en fjärdedel färre på ett år",
        indicator=indicator(BURGLARY),
        baseline="antalet anmälda under de tolv månaderna före planen",
        target="minst 25 procent färre",
        due_on=month_start(starts, 12) - timedelta(days=1),
    )
    less_worry = set_goal(
        coordinator,
        burglary,
        text="Färre ska oroa sig mycket för inbrott",
        baseline="18 procent (14–22 procent)",
        target="under 14 procent",
        due_on=ends,
    )
    safer = set_goal(
        coordinator,
        square,
        text="Fler unga ska vara trygga vid busstorget efter klockan 18",
        baseline="sex av tio flickor i årskurs 8",
        target="åtta av tio",
        due_on=ends,
    )
    _against_burglary(cast, made, burglary, [fewer, less_worry], days)
    _at_the_square(cast, made, square, safer, days)
    adopt_plan(
        coordinator,
        made.plan,
        body=cast.bodies["board"],
        decided_on=clock.today(),
        minutes_reference="§ 118",
    )
    return made


def _against_burglary(cast: Cast, made: Plans, problem: Problem, goals: list[Goal], days: Days) -> None:
    empty_houses, strangers = Cause.objects.filter(problem=problem).order_by("pk")
    starts, ends = days.first_promise
    coordinator = cast.coordinator
    made.measures["patrol"] = choose_measure(
        coordinator,
        made.plan,
        problem=problem,
        causes=[empty_houses],
        goals=goals,
        title="Fotpatrull på fredags- och lördagskvällar",
        description="Polisen går i Gimo och Alunda, pratar med dem som är ute och lämnar råd vid hus som ser tomma ut.",
        operative_goal="34 kvällar under fyra månader",
        kind="situational",
        reach="selective",
        responsible=cast.organisations["norduppland"],
        responsible_role="Kommunpolisen",
        starts_on=starts,
        ends_on=ends,
        hours=270,
        cost=None,
        follow_up="Antal kvällar varje månad, och anmälda inbrott efter ett år",
    )
    made.measures["lights"] = choose_measure(
        coordinator,
        made.plan,
        problem=problem,
        causes=[empty_houses],
        goals=goals,
        title="Laga belysningen på gångvägar",
        description="Gatuenheten lagar lampor och klipper buskar på de gångvägar som dialogen pekade ut.",
        operative_goal="8 gångvägar före mitten av andra månaden",
        kind="situational",
        reach="universal",
        responsible=cast.organisations["osthammar"],
        responsible_role="Gatuchefen",
        starts_on=starts,
        ends_on=ends,
        hours=120,
        cost=180_000,
        follow_up="Gatuenhetens lista, och vad boende säger i nästa dialog",
    )
    made.measures["neighbours"] = choose_measure(
        coordinator,
        made.plan,
        problem=problem,
        causes=[strangers],
        goals=goals,
        title="Starta grannsamverkan i nya områden",
        description="Trygghetssamordnaren och kommunpolisen bjuder in till möten i Alunda och hjälper områdena igång.",
        operative_goal="3 områden",
        kind="social",
        reach="selective",
        responsible=cast.organisations["osthammar"],
        responsible_role="Trygghetssamordnaren",
        starts_on=starts,
        ends_on=month_start(starts, 24) - timedelta(days=1),
        hours=80,
        cost=15_000,
        follow_up="Antal områden med kontaktperson, varje tertial",
    )
    lamps_due = month_start(starts, 1) + timedelta(days=14)
    for key, measure, organisation, verb, place, number, unit, due_on in (
        (
            "patrol",
            "patrol",
            "norduppland",
            "går fotpatrull varje fredag och lördag kväll",
            "Gimo och Alunda",
            34,
            "kvällar",
            ends,
        ),
        (
            "lights",
            "lights",
            "osthammar",
            "lagar belysningen på utpekade gångvägar",
            "Gimo och Alunda",
            8,
            "gångvägar",
            lamps_due,
        ),
        ("neighbours", "neighbours", "osthammar", "startar grannsamverkan", "Alunda", 3, "områden", ends),
    ):
        made.activities[key] = _activity(cast, made.measures[measure], organisation, verb, place, number, unit, due_on)


def _at_the_square(cast: Cast, made: Plans, problem: Problem, goal: Goal, days: Days) -> None:
    """Measures that nobody has promised the residents; one of them is late."""
    dark, no_adults = Cause.objects.filter(problem=problem).order_by("pk")
    starts = days.first_promise[0]
    ends = month_start(starts, 24) - timedelta(days=1)
    coordinator = cast.coordinator
    made.measures["square lights"] = choose_measure(
        coordinator,
        made.plan,
        problem=problem,
        causes=[dark],
        goals=[goal],
        title="Ljusare busstorg",
        description="Ny belysning, och buskarna klipps till knähöjd.",
        operative_goal="Alla lampor lyser och buskarna är klippta",
        kind="situational",
        reach="universal",
        responsible=cast.organisations["osthammar"],
        responsible_role="Gatuchefen",
        starts_on=starts,
        ends_on=ends,
        hours=60,
        cost=240_000,
        follow_up="Trygghetsvandring höst och vår",
    )
    made.measures["adults"] = choose_measure(
        coordinator,
        made.plan,
        problem=problem,
        causes=[no_adults],
        goals=[goal],
        title="Vuxna på torget efter klockan 18",
        description="Fältassistenter och föräldrar finns på plats på vardagskvällar när fritidsgården stänger.",
        operative_goal="Två kvällar i veckan under terminen",
        kind="social",
        reach="selective",
        responsible=cast.organisations["osthammar"],
        responsible_role="Fritidschefen",
        starts_on=starts,
        ends_on=ends,
        hours=400,
        cost=60_000,
        follow_up="Skolans trygghetsenkät",
    )
    made.activities["square lights"] = _activity(
        cast,
        made.measures["square lights"],
        "osthammar",
        "byter lampor",
        "Busstorget",
        12,
        "lampor",
        days.ago(9),
    )
    made.activities["adults"] = _activity(
        cast, made.measures["adults"], "osthammar", "är ute på torget", "Busstorget", 60, "kvällar", ends
    )


def plan_what_is_next(cast: Cast, made: Plans, days: Days) -> None:
    """Activities for the promises that come next, under measures of the adopted plan."""
    for key, measure, organisation, verb, place, number, unit in (
        (
            "patrol again",
            "patrol",
            "norduppland",
            "går fotpatrull varje fredag kväll",
            "Gimo och Alunda",
            17,
            "kvällar",
        ),
        ("door to door", "neighbours", "osthammar", "besöker hushåll från dörr till dörr", "Alunda", 120, "hushåll"),
        ("dark paths", "lights", "osthammar", "sätter upp ny belysning", "Gimo norra", 3, "gångvägar"),
    ):
        made.activities[key] = _activity(
            cast, made.measures[measure], organisation, verb, place, number, unit, days.next_promise[1]
        )


def _activity(
    cast: Cast, measure: Measure, organisation: str, verb: str, place: str, number: int, unit: str, due_on: date
) -> Activity:
    return plan_activity(
        cast.coordinator,
        measure,
        actor=cast.organisations[organisation],
        verb=verb,
        place=place,
        number=number,
        unit=unit,
        due_on=due_on,
    )
