"""Upward wiring, readable in a minute: what an app below shows or does on behalf of the apps above it.

Dotted paths, loaded when first used. See ``kernel.wiring``.
"""

from django.utils.translation import gettext_lazy as _

from tillsammans.collaboration.kinds import PackageKind
from tillsammans.kernel.menu import MenuEntry

# The knots of the red thread, in order: (problem ids) -> {id: Knot}.
THREAD = {
    "evidence": "tillsammans.picture.queries.evidence_knot",
    "problem": "tillsammans.picture.queries.problem_knot",
    "cause": "tillsammans.picture.queries.cause_knot",
    "goal": "tillsammans.plans.queries.goal_knot",
    "measure": "tillsammans.plans.queries.measure_knot",
    "promise": "tillsammans.promises.queries.promise_knot",
    "activity": "tillsammans.plans.queries.activity_knot",
    "effect": "tillsammans.evaluation.queries.effect_knot",
}

# What the apps above show on a page below: (request, subject) -> HTML.
PANELS: dict[str, list[str]] = {
    "problem": ["tillsammans.plans.panels.of_problem", "tillsammans.promises.panels.of_problem"],
    "promise": ["tillsammans.evaluation.panels.of_promise"],
    "measure": ["tillsammans.evaluation.panels.of_measure"],
}

# How measures and promises went, by those who followed them up: (ids) -> {id: (kind of status, words)}.
MEASURE_STATUS = ["tillsammans.evaluation.queries.measure_status"]
PROMISE_STATUS = ["tillsammans.evaluation.queries.promise_status"]

# Pages of apps above that a page or a step of an app below leads to: name -> URL name.
PAGES = {
    "import": "imports:import",
    "imports": "imports:imports",
    "upload_statistics": "imports:upload",
    "upload_population": "imports:upload_population",
    "police_events": "police_events:events",
    "series": "patterns:series",
    "stands_out": "patterns:stands_out",
    "add_finding": "picture:add_finding",
    "decisions": "meetings:decisions",
    "follow_ups": "evaluation:follow_ups",
    "public_promises": "portal:promises",
    "public_promise": "portal:promise",
}

# How many live in areas: (area ids, year or None) -> {area id: years with count and source}.
POPULATION = "tillsammans.indicators.population.population"

# Sources that can be fetched from over the network: () -> sources.
SOURCES = ["tillsammans.imports.queries.sources", "tillsammans.police_events.queries.sources"]

# What is due for an actor: (actor, today) -> steps.
DUE = [
    "tillsammans.collaboration.queries.due",
    "tillsammans.imports.queries.due",
    "tillsammans.patterns.queries.due",
    "tillsammans.picture.queries.due",
    "tillsammans.plans.queries.due",
    "tillsammans.promises.queries.due",
    "tillsammans.evaluation.queries.due",
]

# What follows a deed: deed -> kinds of job, written in the deed's own transaction. See ``kernel.jobs.follow_up``.
FOLLOW_UPS: dict[str, list[str]] = {
    "imports.activate": ["patterns.detect"],
    "imports.undo_import": ["patterns.detect"],
    "imports.redo_import": ["patterns.detect"],
}

# Invariants: () -> faults.
VERIFY = [
    "tillsammans.kernel.audit.faults",
    "tillsammans.kernel.links.faults",
    "tillsammans.areas.queries.faults",
    "tillsammans.collaboration.queries.faults",
    "tillsammans.indicators.queries.faults",
    "tillsammans.patterns.queries.faults",
    "tillsammans.police_events.queries.faults",
    "tillsammans.imports.mappings.faults",
    "tillsammans.picture.queries.faults",
    "tillsammans.plans.queries.faults",
    "tillsammans.promises.queries.faults",
    "tillsammans.evaluation.queries.faults",
]

# Letters that are written once a day, in the morning: (today) -> nothing.
LETTERS = ["tillsammans.duties.notices.write_letters"]

# What is removed when its time is up, daily and in this order: () -> how many rows.
RETENTION = [
    "tillsammans.kernel.links.remove_old",
    "tillsammans.kernel.outbox.remove_old",
    "tillsammans.parties.jobs.remove_invitations_without_link",
]

# Kinds of package: how one is shown, what it is called, what a standing share sends, and whether parties sign it.
PACKAGE_KINDS = {
    "picture": PackageKind(
        "tillsammans.picture.panels.package", plural=_("lägesbilder"), standing=_("varje antagen lägesbild")
    ),
    "plan": PackageKind(
        "tillsammans.plans.panels.package", plural=_("planer"), standing=_("varje antagen åtgärdsplan")
    ),
    "promise": PackageKind(
        "tillsammans.promises.panels.package",
        plural=_("löften"),
        standing=_("varje publicerat medborgarlöfte"),
        signed=True,
    ),
    "promise_outcome": PackageKind("tillsammans.evaluation.panels.package"),
}

# The menu, in order. See ``kernel.menu``.
MENU = [
    MenuEntry(_("Veckan"), "duties:week", below=()),
    MenuEntry(_("Underlag"), "indicators:evidence"),
    MenuEntry(_("Områden"), "areas:areas", only=("common",)),
    MenuEntry(_("Organisationer"), "parties:organisations", only=("common",)),
    MenuEntry(_("Mottaget"), "collaboration:received", only=("county_board",)),
    MenuEntry(_("Lägesbild"), "picture:pictures", never=("common", "county_board")),
    MenuEntry(_("Problem"), "picture:problems", never=("common", "county_board")),
    MenuEntry(_("Plan"), "plans:plans", never=("common", "county_board")),
    MenuEntry(_("Löften"), "promises:promises", never=("common", "county_board")),
    MenuEntry(_("Samverkan"), "collaboration:collaborations", never=("common",)),
    MenuEntry(_("Löften"), "portal:promises", only=("public",), below=("loften/",)),
    MenuEntry(_("Om arbetet"), "portal:about", only=("public",)),
]

# Terms that are explained where they first stand on a page, and on the help page: {word: explanation}.
TERMS = [
    "tillsammans.areas.terms.TERMS",
    "tillsammans.collaboration.terms.TERMS",
    "tillsammans.meetings.terms.TERMS",
    "tillsammans.indicators.terms.TERMS",
    "tillsammans.picture.terms.TERMS",
    "tillsammans.plans.terms.TERMS",
    "tillsammans.promises.terms.TERMS",
    "tillsammans.evaluation.terms.TERMS",
]

# Work in the background: (actor, progress, **payload) -> address of the result page.
JOBS: dict[str, str] = {
    "imports.check": "tillsammans.imports.jobs.check",
    "imports.import": "tillsammans.imports.jobs.import_files",
    "imports.fetch_kolada": "tillsammans.imports.jobs.fetch_kolada",
    "imports.fetch_scb": "tillsammans.imports.jobs.fetch_scb",
    "police_events.check": "tillsammans.police_events.jobs.check",
    "police_events.fetch": "tillsammans.police_events.jobs.fetch",
    "patterns.detect": "tillsammans.patterns.runs.detect_again",
}

# Imports that the command line has: kind -> module with run and undo. A kind that is not here is one of the readers of
# statistics, or nothing; "auto" knows them all.
IMPORTS = {
    "auto": "tillsammans.imports.command",
    "kommungrupper": "tillsammans.config.area_files",
    "handelser": "tillsammans.police_events.command",
}
