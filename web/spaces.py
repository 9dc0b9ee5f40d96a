"""Spaces: those the reader may read, one with its procedures, its questions and its people, and who its members are.

Members are managed by those who keep the space: its animators and compliance owners (and administrators who read it).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask import Blueprint, flash, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.handover
import kb.joining
import kb.people
import kb.practices
import kb.procedures
import kb.questions
import kb.reading_lists
import kb.spaces
from kb.entry import Attribute
from kb.errors import Invalid
from kb.model import Membership, Person, Role, Space, Visibility
from kb.permissions import Action, audited_spaces, can, require
from kb.rules import slug
from web import catalogue
from web.catalogue import _, mark
from web.forms import word
from web.home import answered
from web.people import alphabetically, called
from web.sentences import role_text
from web.site import reader, store
from web.sparklines import bars

pages = Blueprint("spaces", __name__)
SHOWN, SUGGESTED = 8, 500
ATTRIBUTES = {Attribute.UNIT: mark("Unit"), Attribute.SITE: mark("Site"), Attribute.TITLE: mark("Job title")}
_ORDER = [Role.ANIMATOR, Role.COMPLIANCE_OWNER, Role.EXPERT, Role.MEMBER, Role.READER]


@pages.get("/spaces")
def index() -> str:
    keeping = bool(kb.handover.kept_spaces(reader()))
    return render_template("spaces.html", spaces=kb.spaces.readable(store(), reader()), keeping=keeping)


@pages.get("/spaces/<id>")
def page(id: str) -> str:
    space = kb.spaces.get(store(), reader(), id)
    procedures = [(each, each.revision(catalogue.language())) for each in kb.procedures.readable(store(), reader(), id)]
    unanswered = kb.questions.readable(store(), reader(), space=id, unanswered=True, limit=SHOWN)
    recent = [each for each in kb.questions.readable(store(), reader(), space=id, limit=5 * SHOWN) if answered(each)]
    recent = recent[:SHOWN]
    members = kb.spaces.members(store(), reader(), id)
    people = {each.person for each in members} | {each.author for each in (*recent, *unanswered)}
    names = kb.people.names(store(), reader(), people)
    months = kb.spaces.activity(store(), reader(), id)
    return render_template(
        "space.html",
        activity=bars(months),
        active=sum(months),
        space=space,
        procedures=procedures,
        recent=recent,
        unanswered=unanswered,
        reading=kb.reading_lists.in_spaces(store(), reader(), id),
        members=_ranked(members, names),
        names=names,
        keeping=can(reader(), Action.MANAGE, space),
        practices=kb.practices.readable(store(), reader(), id),
        overseeing=id in audited_spaces(reader()),
        promoting=can(reader(), Action.PROMOTE, space),
    )


@pages.get("/spaces/<id>/members")
def members(id: str) -> str:
    return members_page(_kept(id))


@pages.post("/spaces/<id>/members")
def put_member(id: str) -> AnyResponse:
    """Give a person (`id` of one who is in, else the `person` typed) a role in the space."""
    space = _kept(id)
    try:
        if word("role") not in set(Role):
            raise Invalid("role", "Choose one of the roles offered.")
        person, role = chosen_person(), Role(word("role"))
        kb.spaces.put_member(store(), reader(), id, person.id, role)
    except Invalid as error:
        return make_response(members_page(space, error), 422)
    flash(_("%(name)s: %(role)s.", name=person.name, role=role_text(role)))
    return _onward(space)


@pages.post("/spaces/<id>/members/remove")
def remove_member(id: str) -> AnyResponse:
    space = _kept(id)
    person = kb.people.get(store(), reader(), word("id"))
    try:
        kb.spaces.remove_member(store(), reader(), id, person.id)
    except Invalid as error:
        return make_response(members_page(space, error), 422)
    flash(_("%(name)s is no longer a member.", name=person.name))
    return _onward(space)


def _kept(id: str) -> Space:
    """The space, when the reader keeps it."""
    space = kb.spaces.get(store(), reader(), id)
    require(reader(), Action.MANAGE, space)
    return space


def _onward(space: Space) -> AnyResponse:
    """To the members again; to the list of spaces when one has just left the keepers oneself."""
    with store().read() as tx:
        me = tx.people.get(reader().id)
    keeping = can(me, Action.MANAGE, space)
    return redirect(url_for("spaces.members", id=space.id) if keeping else url_for("spaces.index"), 303)


def chosen_person() -> Person:
    """The person meant by the form: an id, an e-mail address, or a name that one person bears."""
    if word("id"):
        return kb.people.get(store(), reader(), word("id"))
    return called(word("person"), "person")


def _ranked(members: Sequence[Membership], names: dict[str, Person]) -> list[Membership]:
    return sorted(members, key=lambda each: (_ORDER.index(each.role), slug(names[each.person].name)))


def members_page(space: Space, error: Invalid | None = None) -> str:
    listed = kb.spaces.members(store(), reader(), space.id)
    names = kb.people.names(store(), reader(), {each.person for each in listed})
    names |= kb.people.names(store(), reader(), {each.sponsor for each in names.values()})
    inside = {each.person for each in listed}
    pending = kb.joining.pending(store(), reader(), space.id)
    names |= kb.people.names(store(), reader(), {each.person for each in pending})
    known = alphabetically(kb.people.readable(store(), reader()))
    others = [each for each in known if each.id not in inside]
    return render_template(
        "members.html", space=space, members=_ranked(listed, names), names=names, error=error, typed=word("person"),
        roles=[(each.value, role_text(each)) for each in _ORDER], chosen=word("role") or Role.MEMBER.value,
        rules=kb.joining.rules(store(), reader(), space.id), by_rule=Counter(each.rule for each in listed),
        values=sorted({value for each in known for value in (each.unit, each.site, each.title) if value}, key=slug),
        given=[(each.value, role_text(each)) for each in kb.joining.GIVEN],
        attributes=[(each.value, _(ATTRIBUTES[each])) for each in Attribute], pending=pending,
        form={name: word(name) for name in ("attribute", "value", "rule_role")},
        shared=space.visibility is Visibility.PARTNER, people=others[:SUGGESTED],
    )  # fmt: skip
