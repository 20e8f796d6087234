"""Terms of the trade, explained in a sentence where they first stand on a page. Wired in ``config.wiring.TERMS``."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

TERMS = {
    gettext_noop("lokalpolisområde"): _("Den del av polisen som arbetar i en eller några kommuner. Förkortas lpo."),
}
