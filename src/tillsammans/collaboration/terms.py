"""Terms of the trade, explained in a sentence where they first stand on a page. Wired in ``config.wiring.TERMS``."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

TERMS = {
    gettext_noop("samverkansöverenskommelse"): _(
        "Ett undertecknat avtal där kommunen och polisen kommer överens om vad de ska göra tillsammans, och hur länge."
    ),
    gettext_noop("styrgrupp"): _(
        "Gruppen av chefer och förtroendevalda som beslutar om inriktning, prioriteringar och resurser."
    ),
    gettext_noop("brottsförebyggande råd"): _(
        "Kommunens forum för samverkan mot brott, där kommunen, polisen och andra möts."
    ),
}
