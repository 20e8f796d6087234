"""Follow-ups of the first promise and its measures, and the published outcome."""

from tillsammans.config.demo.cast import Cast
from tillsammans.config.demo.plan import Plans
from tillsammans.evaluation.actions import follow_up_measure, follow_up_promise, publish_outcome
from tillsammans.evaluation.queries import outcome_content
from tillsammans.kernel import clock
from tillsammans.kernel.canonical import content_hash
from tillsammans.kernel.content import freeze
from tillsammans.kernel.scope import Scope, within
from tillsammans.promises.models import Promise

# Measure: colour, what was seen, what was learnt, what next.
MEASURES: dict[str, tuple[str, str, str, str]] = {
    "patrol": (
        "green",
        "32 av 34 kvällar. Många invånare har pratat med patrullen.",
        "Kvällarna med två poliser gav flest samtal.",
        "continue",
    ),
    "lights": (
        "green",
        "Åtta av åtta gångvägar är lagade.",
        "Buskarna behöver klippas två gånger om året för att ljuset ska nå fram.",
        "continue",
    ),
    "neighbours": (
        "yellow",
        "Två av tre områden kom igång. Det tredje fick för få anmälda.",
        "Ett brev räcker inte. Det som hjälpte var att någon knackade på.",
        "adjust",
    ),
}


def tell_how_it_went(cast: Cast, plans: Plans, promise: Promise) -> None:
    """Follow up the measures and the promise, and publish the outcome the same day."""
    coordinator, today = cast.coordinator, clock.today()
    for key, (colour, seen, lesson, following) in MEASURES.items():
        follow_up_measure(
            coordinator,
            plans.measures[key],
            followed_on=today,
            colour=colour,
            seen=seen,
            lesson=lesson,
            next=following,
        )
    follow_up = follow_up_promise(
        coordinator,
        promise,
        followed_on=today,
        colour="yellow",
        kept="partly",
        seen="Patrull och belysning blev nästan helt som vi lovade. Grannsamverkan kom igång i två områden av tre.",
        lesson="Det är svårt att få igång grannsamverkan där ingen känner någon. Personliga besök fungerar bäst.",
        next="adjust",
        next_words="Nästa löfte börjar med besök från dörr till dörr i Alunda.",
        public_text="Polisen gick fotpatrull 32 av 34 kvällar. Kommunen lagade belysningen på alla åtta gångvägar. "
        "Grannsamverkan startade i två områden av tre. Det tredje fick för få anmälda. Det var svårare än vi trodde, "
        "så nästa löfte börjar med besök från dörr till dörr. Om inbrotten har blivit färre på grund av löftet kan "
        "vi inte säga än.",
    )
    with within(Scope(coordinator.organisation_id)):
        shown = content_hash(freeze(outcome_content(follow_up)))
    publish_outcome(coordinator, follow_up, shown=shown)
