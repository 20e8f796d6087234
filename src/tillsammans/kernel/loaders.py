"""Template loader that strips indentation, so that pages are smaller."""

import re

from django.template import Origin
from django.template.loaders.app_directories import Loader

_INDENTATION = re.compile(r"\n[ \t]+")


class CompactLoader(Loader):
    """Reads the apps' templates without their indentation, once when each is loaded.

    A line break stays, so words do not run together and errors name the right line. Inside <pre> indentation is
    shown, so no template may hold one.
    """

    def get_contents(self, origin: Origin) -> str:
        contents = super().get_contents(origin)
        return _INDENTATION.sub("\n", contents) if str(origin.template_name).endswith(".html") else contents
