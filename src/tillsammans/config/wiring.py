"""Upward wiring, readable in a minute: what an app below shows or does on behalf of the apps above it.

Dotted paths, loaded when first used. See ``kernel.wiring``.
"""

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

# What is due for an actor: (actor, today) -> steps.
DUE = [
    "tillsammans.collaboration.queries.due",
    "tillsammans.indicators.queries.due",
    "tillsammans.indicators.standouts.due",
    "tillsammans.picture.queries.due",
    "tillsammans.plans.queries.due",
    "tillsammans.promises.queries.due",
    "tillsammans.evaluation.queries.due",
]

# What follows a deed: deed -> kinds of job, written in the deed's own transaction. See ``kernel.jobs.follow_up``.
FOLLOW_UPS: dict[str, list[str]] = {
    "indicators.put_in_force": ["indicators.patterns"],
    "indicators.undo_import": ["indicators.patterns"],
    "indicators.redo_import": ["indicators.patterns"],
    "areas.put_population_in_force": ["indicators.patterns"],
    "areas.undo_population": ["indicators.patterns"],
}

# Invariants: () -> faults.
VERIFY = [
    "tillsammans.kernel.audit.faults",
    "tillsammans.collaboration.queries.faults",
    "tillsammans.indicators.queries.faults",
    "tillsammans.indicators.standouts.faults",
    "tillsammans.indicators.events.queries.faults",
    "tillsammans.picture.queries.faults",
    "tillsammans.plans.queries.faults",
    "tillsammans.promises.queries.faults",
    "tillsammans.evaluation.queries.faults",
]

# How the content of a package is shown: (request, package) -> HTML.
PACKAGE_KINDS = {
    "picture": "tillsammans.picture.panels.package",
    "plan": "tillsammans.plans.panels.package",
    "promise": "tillsammans.promises.panels.package",
    "promise_outcome": "tillsammans.evaluation.panels.package",
}

# Work in the background: (actor, progress, **payload) -> address of the result page.
JOBS: dict[str, str] = {
    "indicators.check": "tillsammans.indicators.jobs.check",
    "indicators.import": "tillsammans.indicators.jobs.put_in_force",
    "indicators.fetch_kolada": "tillsammans.indicators.clients.jobs.fetch_kolada",
    "indicators.fetch_scb": "tillsammans.indicators.clients.jobs.fetch_scb",
    "indicators.events_check": "tillsammans.indicators.events.jobs.check",
    "indicators.events_fetch": "tillsammans.indicators.events.jobs.fetch",
    "indicators.patterns": "tillsammans.indicators.standouts.look_again",
}

# Imports that the command line has: kind -> module with run and undo. A kind that is not here is one of the readers of
# statistics, or nothing; "auto" knows them all.
IMPORTS = {
    "auto": "tillsammans.indicators.command",
    "kommungrupper": "tillsammans.config.area_files",
    "handelser": "tillsammans.indicators.events.command",
}
