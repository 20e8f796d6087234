"""Deeds of the situational picture: of the picture and its parts, of problems and causes, of sharing and adoption."""

from tillsammans.picture.actions.adoption import adopt_picture, share_picture
from tillsammans.picture.actions.parts import (
    add_figure,
    add_gap,
    add_section,
    add_statement,
    edit_figure,
    edit_gap,
    edit_section,
    edit_statement,
    move_section,
    remove_part,
    restore_part,
)
from tillsammans.picture.actions.pictures import (
    create_picture,
    edit_picture,
    leave_out_problem,
    move_problem,
    take_up_problem,
)
from tillsammans.picture.actions.problems import (
    add_cause,
    close_problem,
    create_problem,
    edit_cause,
    edit_problem,
    prioritise_problem,
    remove_cause,
    reopen_problem,
    restore_cause,
)

__all__ = [
    "add_cause",
    "add_figure",
    "add_gap",
    "add_section",
    "add_statement",
    "adopt_picture",
    "close_problem",
    "create_picture",
    "create_problem",
    "edit_cause",
    "edit_figure",
    "edit_gap",
    "edit_picture",
    "edit_problem",
    "edit_section",
    "edit_statement",
    "leave_out_problem",
    "move_problem",
    "move_section",
    "prioritise_problem",
    "remove_cause",
    "remove_part",
    "reopen_problem",
    "restore_cause",
    "restore_part",
    "share_picture",
    "take_up_problem",
]
