"""Who may change organisations, people and roles."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from tillsammans.kernel.access import Actor, can, owns, predicate
from tillsammans.parties.models import Organisation


@predicate(_("det är din egen organisation"))
def own_organisation(actor: Actor, organisation: Any) -> bool:
    return isinstance(organisation, Organisation) and organisation.pk == actor.organisation_id


@predicate(_("rollen är någon annans än din egen"))
def of_somebody_else(actor: Actor, role: Any) -> bool:
    return bool(role.person_id != actor.person_id)


@predicate(_("det gäller dig själv"))
def themselves(actor: Actor, person: Any) -> bool:
    return bool(person.pk == actor.person_id)


may_describe = (can("edit") | can("administer")) & own_organisation
may_set_look = can("administer") & own_organisation
may_add_organisation = can("edit") | can("operate")
may_add_body = can("edit") | can("administer")
may_close_body = (can("edit") | can("administer")) & owns
may_invite = can("administer")
may_change_role = can("administer") & owns & of_somebody_else
may_choose_mail = can("read") & themselves
