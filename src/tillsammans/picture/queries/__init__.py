"""Questions about situational pictures, problems and causes."""

from tillsammans.picture.queries.contents import (
    calculations,
    decided,
    decision_content,
    picture_content,
    picture_text,
    problem_contents,
    problem_figures,
)
from tillsammans.picture.queries.pictures import (
    PictureLine,
    PictureView,
    RemovedPart,
    latest_adopted,
    picture_lines,
    picture_view,
    pictures_of,
)
from tillsammans.picture.queries.problems import (
    ProblemLine,
    ProblemView,
    cause_knot,
    closed_problems,
    evidence_knot,
    open_problems,
    problem_knot,
    problem_lines,
    problem_view,
)
from tillsammans.picture.queries.watch import due, faults

__all__ = [
    "PictureLine",
    "PictureView",
    "ProblemLine",
    "ProblemView",
    "RemovedPart",
    "calculations",
    "cause_knot",
    "closed_problems",
    "decided",
    "decision_content",
    "due",
    "evidence_knot",
    "faults",
    "latest_adopted",
    "open_problems",
    "picture_content",
    "picture_lines",
    "picture_text",
    "picture_view",
    "pictures_of",
    "problem_contents",
    "problem_figures",
    "problem_knot",
    "problem_lines",
    "problem_view",
]
