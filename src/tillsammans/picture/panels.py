"""Panels about pictures, shown on pages of other apps."""

from django.template.loader import render_to_string

from tillsammans.collaboration.models import Package
from tillsammans.kernel.content import thaw
from tillsammans.kernel.doors import Request
from tillsammans.picture.content import PictureContent


def package(request: Request, package: Package) -> str:
    """A shared picture, rendered from the frozen content that was sent, with the template of the live page."""
    return render_to_string(
        "picture/package.html", {"content": thaw(package.content, PictureContent, package)}, request=request
    )
