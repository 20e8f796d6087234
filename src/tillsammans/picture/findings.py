"""Frozen findings in pictures, with their data and source files."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext as _

from tillsammans.indicators.figures import month_unit
from tillsammans.indicators.series import SourceFile
from tillsammans.kernel.content import content
from tillsammans.kernel.figures import Figure
from tillsammans.kernel.figures.numbers import number
from tillsammans.patterns import figures as pattern_figures
from tillsammans.patterns import sentences
from tillsammans.patterns.results import FindingContent


@content("kept_finding", version=2)
@dataclass(frozen=True, slots=True)
class KeptFinding:
    """A finding, its source files, and the version of the program that detected it."""

    found: FindingContent
    files: tuple[SourceFile, ...]
    program: str

    def figure(self) -> Figure:
        """The figure, drawn from what is kept and nothing else."""
        return pattern_figures.of_found(self.found, month_unit(self.found.source))

    def sentence(self) -> str:
        """The finding in Swedish, as binding texts are, with how strong it is."""
        with translation.override("sv"):
            return f"{sentences.sentence(self.found)}. {sentences.strength(self.found)}."

    def basis(self) -> str:
        """What it rests on, in a few words: "n = 412"."""
        with translation.override("sv"):
            counted = sum(value for value in self.found.counts.values if value is not None)
            return _("n = {number}").format(number=number(counted))
