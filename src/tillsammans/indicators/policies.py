"""Who may import statistics, and who may undo imports."""

from django.utils.translation import gettext_lazy as _

from tillsammans.kernel.access import can, owns, state_is

may_import = can("edit") | can("operate")
may_begin = may_import & owns
may_put_in_force = may_import & owns & state_is(_("inläsningen är inte i kraft ännu"), "staged")
may_undo = may_import & owns & state_is(_("inläsningen gäller"), "in_force")
may_redo = may_import & owns & state_is(_("inläsningen är ångrad"), "undone")
