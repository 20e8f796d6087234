"""Pages that change something, in one shape: find, form, act, render."""

import secrets
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.defaultfilters import yesno
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _

from tillsammans.kernel.access import RuleBroken
from tillsammans.kernel.deeds import AlreadyAnswered
from tillsammans.kernel.drafts import holding
from tillsammans.kernel.editing import EditConflict
from tillsammans.kernel.forms import Form
from tillsammans.kernel.problems import ImportProblem
from tillsammans.kernel.text import swedish_key

PER_PAGE = 50


def page_of(request: HttpRequest, rows: Any, per_page: int = PER_PAGE) -> Page[Any]:
    """The page of a list that ``?sida=`` asks for; ``kernel/paging.html`` shows it as ``paginator_page``."""
    return Paginator(rows, per_page).get_page(request.GET.get("sida"))


def form_page(
    request: HttpRequest,
    form_class: Callable[..., Form],
    act: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    then: Callable[[Any], str] | str,
    receipt: str = "",
    template: str = "kernel/form.html",
    initial: dict[str, Any] | None = None,
    editing: models.Model | None = None,
    versioned: models.Model | None = None,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; when it is answered, act, and go on to ``then``.

    The fields begin as ``initial`` says, and for the rest as ``editing`` stands (see ``Form.begin_from``). ``act``
    receives the cleaned data, with the ``version`` that the person saw of ``editing``, or of ``versioned`` where the
    form is about a row without editing its fields. What was typed is kept on every kind of error. A conflict shows
    both texts, and a second press saves on top of the first. A form that was sent before with other text, as after
    the browser's back button, is not carried out: the page leads to what was saved, and a second press saves anew.
    """
    answers = (request.POST, request.FILES) if request.method == "POST" else ()
    form = form_class(*answers, initial=initial or {})
    if editing is not None:
        form.begin_from(editing, initial or {})
    row = editing or versioned
    if not answers:
        return _shown(request, form, title, template, row, context)
    if not form.is_valid():
        return _shown(request, form, title, template, row, context, status=422)
    data = dict(form.cleaned_data)
    if row is not None:
        data["version"] = _number(request.POST.get("version"))
    try:
        result = act(data)
    except RuleBroken as broken:
        form.add_error(broken.field if broken.field in form.fields else None, broken.message)
        return _shown(request, form, title, template, row, context, status=422)
    except ImportProblem as problem:
        form.add_error(None, str(problem))
        return _shown(request, form, title, template, row, {**(context or {}), "problem": problem}, status=422)
    except EditConflict as conflict:
        told = {**(context or {}), "conflict": _differences(form, conflict.current, data)}
        return _shown(request, form, title, template, conflict.current, told, status=409)
    except AlreadyAnswered as already:
        told = {
            **(context or {}),
            "saved_before": then(already.row) if callable(then) else then,
            "idempotency_key": secrets.token_hex(16),
            **({"conflict": _differences(form, editing, data)} if editing is not None else {}),
        }
        return _shown(request, form, title, template, row, told, status=409)
    if receipt:
        messages.success(request, receipt)
    return holding(request, HttpResponseRedirect(then(result) if callable(then) else then))


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


def _differences(form: Form, row: models.Model, data: dict[str, Any]) -> list[tuple[Any, Any, Any]]:
    """Label, what is stored now and what was answered, of each field where they differ."""
    both = [
        (field, _words(field, getattr(row, name)), _words(field, data.get(name)))
        for name, field in form.fields.items()
        if hasattr(row, name)
    ]
    return [(field.label, stored, answered) for field, stored, answered in both if stored != answered]


def _words(field: forms.Field, value: Any) -> Any:
    """A value of a field as a page shows it: labels for rows and keys, several in one order with commas between."""
    if value is None:
        return ""
    if isinstance(value, models.Manager):
        value = value.all()
    if isinstance(value, models.QuerySet | list | tuple):
        return ", ".join(sorted((str(_words(field, one)) for one in value), key=swedish_key))
    if isinstance(value, bool):
        return yesno(value)
    if isinstance(value, models.Model):
        return field.label_from_instance(value) if isinstance(field, forms.ModelChoiceField) else str(value)
    choices: Any = field.choices if isinstance(field, forms.ChoiceField) else ()
    return dict(flatten_choices(choices)).get(value, value)


def _shown(
    request: HttpRequest,
    form: Form,
    title: str,
    template: str,
    row: models.Model | None,
    context: dict[str, Any] | None,
    status: int = 200,
) -> HttpResponse:
    shown = {
        "form": form,
        "title": title,
        "idempotency_key": request.POST.get("idempotency_key") or secrets.token_hex(16),
        "version": getattr(row, "version", None),
        **(context or {}),
    }
    return render(request, template, shown, status=status)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
