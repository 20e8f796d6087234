"""Questions about areas, answered for a day."""

from tillsammans.areas.queries.comparison import (
    ComparisonSet,
    GroupChange,
    comparison_sets,
    group_change,
    groups_of,
    own_groups,
    own_groups_with_names,
)
from tillsammans.areas.queries.geography import (
    POLICE_KINDS,
    PoliceDistrict,
    ancestors,
    area_with,
    areas,
    children,
    faults,
    municipalities_by_county,
    municipalities_of,
    names_of_municipalities,
    parents,
    police_areas_of,
    police_districts,
    shapes,
    uploads,
)
from tillsammans.areas.queries.inhabitants import population
from tillsammans.areas.queries.maps import map_shapes
from tillsammans.areas.queries.police import PlannedDistrict, PolicePlan, police_plan

__all__ = [
    "POLICE_KINDS",
    "ComparisonSet",
    "GroupChange",
    "PlannedDistrict",
    "PoliceDistrict",
    "PolicePlan",
    "ancestors",
    "area_with",
    "areas",
    "children",
    "comparison_sets",
    "faults",
    "group_change",
    "groups_of",
    "map_shapes",
    "municipalities_by_county",
    "municipalities_of",
    "names_of_municipalities",
    "own_groups",
    "own_groups_with_names",
    "parents",
    "police_areas_of",
    "police_districts",
    "police_plan",
    "population",
    "shapes",
    "uploads",
]
