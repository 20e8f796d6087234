"""Pages that change something, in one shape: find, form, act, render."""

import secrets
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import models
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _

from tillsammans.kernel.access import RuleBroken
from tillsammans.kernel.editing import EditConflict
from tillsammans.kernel.problems import ImportProblem


def form_page(
    request: HttpRequest,
    form_class: Callable[..., BaseForm],
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    then: Callable[[Any], str] | str,
    receipt: str = "",
    template: str = "kernel/form.html",
    initial: dict[str, Any] | None = None,
    editing: models.Model | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; when it is answered, act, and go on to ``then``.

    ``act`` receives the cleaned data, with ``version`` (of ``editing``, as the person saw it) for edits. What was
    typed is kept on every kind of error. A conflict shows both texts, and a second press saves on top of the first.
    """
    filled = {"initial": initial or {}}
    if request.method != "POST":
        form = form_class(**filled)
        return _shown(request, form, title, template, editing, context)
    form = form_class(request.POST, request.FILES, **filled)
    if not form.is_valid():
        return _shown(request, form, title, template, editing, context, status=422)
    data = dict(form.cleaned_data)
    if editing is not None:
        data["version"] = _number(request.POST.get("version"))
    try:
        result = act(data)
    except RuleBroken as broken:
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        return _shown(request, form, title, template, editing, context, status=422)
    except ImportProblem as problem:
        form.add_error(None, str(problem))
        return _shown(request, form, title, template, editing, {**(context or {}), "problem": problem}, status=422)
    except EditConflict as conflict:
        theirs = [
            (form.fields[name].label, getattr(conflict.current, name))
            for name in form.fields
            if hasattr(conflict.current, name) and getattr(conflict.current, name) != data.get(name)
        ]
        return _shown(
            request, form, title, template, conflict.current, {**(context or {}), "conflict": theirs}, status=409
        )
    if receipt:
        messages.success(request, receipt)
    return HttpResponseRedirect(then(result) if callable(then) else then)


def confirm_page(
    request: HttpRequest,
    act: Callable[[], Any],
    *,
    title: str,
    consequences: list[str],
    button: str,
    then: Callable[[Any], str] | str,
    back: str,
    receipt: str = "",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """A binding act: show exactly what will happen, and to whom; act when it is confirmed."""
    shown = {
        "title": title,
        "consequences": consequences,
        "button": button,
        "back": back,
        "idempotency_key": request.POST.get("idempotency_key") or secrets.token_hex(16),
        **(context or {}),
    }
    if request.method == "POST":
        try:
            result = act()
        except RuleBroken as broken:
            return render(request, "kernel/confirm.html", {**shown, "errors": [broken.message]}, status=422)
        if receipt:
            messages.success(request, receipt)
        return HttpResponseRedirect(then(result) if callable(then) else then)
    return render(request, "kernel/confirm.html", shown)


def act_and_return(request: HttpRequest, act: Callable[[], Any], then: str, receipt: str = "") -> HttpResponse:
    """A small act behind one button: do it and go back, with a receipt or the reason why not."""
    try:
        act()
    except RuleBroken as broken:
        messages.error(request, broken.message)
    else:
        messages.success(request, receipt or _("Sparat."))
    return HttpResponseRedirect(then)


def _shown(
    request: HttpRequest,
    form: BaseForm,
    title: str,
    template: str,
    editing: models.Model | None,
    context: dict[str, Any] | None,
    status: int = 200,
) -> HttpResponse:
    shown = {
        "form": form,
        "title": title,
        "idempotency_key": request.POST.get("idempotency_key") or secrets.token_hex(16),
        "version": getattr(editing, "version", None),
        **(context or {}),
    }
    return render(request, template, shown, status=status)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
