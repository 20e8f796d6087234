"""Glossary terms, explained in a sentence at their first occurrence on a page. Wired in ``config.wiring.TERMS``."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

TERMS = {
    gettext_noop("lägesbild"): _(
        "En samlad beskrivning av brottsligheten och tryggheten i ett område: vad som händer, var, när, vem som "
        "drabbas och hur säkert vi vet det."
    ),
    gettext_noop("problem"): _(
        "En avgränsad, återkommande händelse som ni vill få bort eller minska: vad, var, när och mot vem."
    ),
    gettext_noop("orsak"): _("Det som gör att problemet uppstår eller finns kvar, och som en åtgärd kan påverka."),
    gettext_noop("orsaksanalys"): _(
        "En genomgång av varför problemet finns, vad som talar för och emot varje orsak, och vad som skulle visa att "
        "ni har fel."
    ),
}
