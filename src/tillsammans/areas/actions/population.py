"""Deeds about population."""

from hashlib import sha256

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tillsammans.areas import policies
from tillsammans.areas.actions import imports
from tillsammans.areas.models import Area, Population, PopulationImport
from tillsammans.formats import population
from tillsammans.geo.reference import NATION
from tillsammans.kernel.access import Actor
from tillsammans.kernel.deeds import deed
from tillsammans.kernel.language import telling
from tillsammans.kernel.problems import FileErrors


def stage_population(actor: Actor, _none: None, *, content: bytes, name: str, source: str) -> PopulationImport:
    """Check a file of population figures and keep them out of force until somebody has looked at them.

    The file is read before the deed begins, so that nobody waits to write meanwhile.
    """
    file = population.read(content, name)
    return keep_population(actor, None, file=file, digest=sha256(content).hexdigest(), name=name, source=source)


@deed(gettext_lazy("Läser in folkmängd för granskning"), policies.may_import)
def keep_population(
    actor: Actor, _none: None, *, file: population.PopulationFile, digest: str, name: str, source: str
) -> PopulationImport:
    """Store the figures of a file that was read, out of force."""
    known = {
        (kind, code): pk
        for kind, code, pk in Area.objects.filter(kind__in=(Area.Kind.NATION, Area.Kind.COUNTY, Area.Kind.MUNICIPALITY))
        .order_by("valid_from")
        .values_list("kind", "code", "pk")
    }
    imported = PopulationImport.objects.create(
        organisation_id=actor.organisation_id,
        file=name[:200],
        sha256=digest,
        source=source,
        notes="\n".join(file.notes),
        person_id=actor.person_id,
    )
    errors = FileErrors(name)
    rows = []
    for figure in file.figures:
        pk = known.get((_kind(figure.code), figure.code))
        if pk is None:
            with telling():
                errors.add(
                    _("Området {code} finns inte i registret.").format(code=figure.code),
                    _("Be den som sköter installationen läsa in områdena."),
                    row=figure.row,
                )
            continue
        rows.append(
            Population(
                organisation_id=actor.organisation_id,
                area_id=pk,
                year=figure.year,
                value=figure.value,
                imported=imported,
            )
        )
    errors.stop_if_any()
    Population.objects.bulk_create(rows, batch_size=500)
    return imported


def _kind(code: str) -> str:
    if code == NATION:
        return Area.Kind.NATION
    return Area.Kind.COUNTY if len(code) == 2 else Area.Kind.MUNICIPALITY


@deed(gettext_lazy("Låter folkmängd gälla"), policies.may_change_import)
def activate_population(actor: Actor, imported: PopulationImport) -> PopulationImport:
    """Let the figures of an import hold. From now on they go before those that came into force earlier."""
    return imports.begin(imported)


@deed(gettext_lazy("Ångrar en inläsning av folkmängd"), policies.may_change_import)
def undo_population(actor: Actor, imported: PopulationImport) -> PopulationImport:
    """Take an import out of force; what held before it holds again."""
    return imports.end(imported)
