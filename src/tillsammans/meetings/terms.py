"""Terms of the trade, explained in a sentence where they first stand on a page. Wired in ``config.wiring.TERMS``."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

TERMS = {
    gettext_noop("tjänsteskrivelse"): _("En handläggares skriftliga underlag och förslag inför ett politiskt beslut."),
    gettext_noop("justering"): _("När utsedda personer läser protokollet och intygar att det stämmer."),
}
