"""Deeds about areas and what they are compared with."""

from tillsammans.areas.actions.areas import (
    ENDABLE,
    discard_areas,
    end_own_area,
    save_areas,
    undo_areas,
    upload_areas,
)
from tillsammans.areas.actions.groups import (
    activate_groups,
    add_own_group,
    change_own_group,
    discard_groups,
    redo_groups,
    remove_own_group,
    restore_own_group,
    stage_groups,
    undo_groups,
)
from tillsammans.areas.actions.police import add_police_area, change_police_area, save_police, upload_police

__all__ = [
    "ENDABLE",
    "activate_groups",
    "add_own_group",
    "add_police_area",
    "change_own_group",
    "change_police_area",
    "discard_areas",
    "discard_groups",
    "end_own_area",
    "redo_groups",
    "remove_own_group",
    "restore_own_group",
    "save_areas",
    "save_police",
    "stage_groups",
    "undo_areas",
    "undo_groups",
    "upload_areas",
    "upload_police",
]
