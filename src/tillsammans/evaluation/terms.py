"""Terms of the trade, explained in a sentence where they first stand on a page. Wired in ``config.wiring.TERMS``."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

TERMS = {
    gettext_noop("effekt"): _("Det som förändrades på grund av åtgärden, jämfört med vad som hade hänt utan den."),
}
