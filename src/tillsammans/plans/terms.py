"""Glossary terms, explained in a sentence at their first occurrence on a page. Wired in ``config.wiring.TERMS``."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

TERMS = {
    gettext_noop("mål"): _("Den förändring av problemet som ni vill se, med ett mått och ett datum."),
    gettext_noop("effektmål"): _("Hur problemet ska ha förändrats, till exempel hur många färre inbrott och till när."),
    gettext_noop("åtgärd"): _("Det ni gör mot en orsak för att nå målet."),
    gettext_noop("åtgärdsplan"): _(
        "De åtgärder som ni har beslutat om, med mål, ansvarig och tid, och när de ska följas upp."
    ),
    gettext_noop("aktivitet"): _(
        "Ett enskilt steg i en åtgärd: något som någon gör vid en viss tid och som kan bockas av."
    ),
}
