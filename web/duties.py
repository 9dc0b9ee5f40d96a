"""All duties by role: one's own first, whatever procedure they stand in."""

from __future__ import annotations

from collections import Counter, defaultdict

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.procedures
from kb.procedures import Bound
from kb.roles import role_key, role_keys
from web import catalogue
from web.catalogue import _
from web.forms import word
from web.site import reader, store

pages = Blueprint("duties", __name__)


@pages.get("/duties")
def page() -> str:
    """The reader's own duties, or those of the `role` chosen."""
    every = kb.procedures.duties(store(), reader(), catalogue.language())
    role = word("role")
    if role:
        shown = [each for each in every if role_key(role) in role_keys(each.duty.role)]
    else:
        shown = [each for each in every if each.mine]
    return render_template(
        "duties.html", role=role, roles=_roles(every), mine=_grouped([each for each in shown if not each.everybody]),
        everybodys=_grouped([each for each in shown if each.everybody]),
        held={role_key(each) for each in reader().holds}, key_of=role_key,
    )  # fmt: skip


@pages.post("/duties")
def choose() -> AnyResponse:
    """Which roles are the reader's. Those that no duty names at the moment stay."""
    every = kb.procedures.duties(store(), reader(), catalogue.language())
    offered = {role_key(name) for name, _count in _roles(every)}
    kept = [each for each in reader().holds if role_key(each) not in offered]
    kb.procedures.set_roles(store(), reader(), [*kept, *request.form.getlist("holds")])
    flash(_("Your roles are saved."))
    return redirect(url_for("duties.page"), 303)


def _roles(every: tuple[Bound, ...]) -> list[tuple[str, int]]:
    """The roles that duties name, with how many they have, by name; spelt as most duties spell them."""
    spelt: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in every:
        if each.duty.role and not each.everybody:
            spelt[role_key(each.duty.role)][each.duty.role] += 1
    named = [(names.most_common(1)[0][0], names.total()) for names in spelt.values()]
    return sorted(named, key=lambda each: role_key(each[0]))


def _grouped(duties: list[Bound]) -> list[list[Bound]]:
    """The duties, procedure by procedure."""
    groups: defaultdict[str, list[Bound]] = defaultdict(list)
    for each in duties:
        groups[each.procedure.key].append(each)
    return list(groups.values())
