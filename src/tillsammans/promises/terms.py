"""Glossary terms, explained in a sentence at their first occurrence on a page. Wired in ``config.wiring.TERMS``."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

TERMS = {
    gettext_noop("medborgarlöfte"): _(
        "Ett offentligt löfte från kommunen och polisen till invånarna om vad ni ska göra åt något som de själva har "
        "pekat ut. Det redovisas när tiden har gått ut."
    ),
    gettext_noop("tertial"): _("Fyra månader: januari–april, maj–augusti eller september–december."),
}
