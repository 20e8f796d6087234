"""What pictures show on other apps' pages."""

from typing import Any

from django.template.loader import render_to_string

from tillsammans.collaboration.models import Package
from tillsammans.kernel.content import thaw
from tillsammans.picture.content import PictureContent


def package(request: Any, package: Package) -> str:
    """A shared picture, rendered from the very content that was sent, with the template of the live page."""
    return render_to_string(
        "picture/package.html", {"content": thaw(package.content, PictureContent, package)}, request=request
    )
