"""Why somebody is asked: from what finding says to data that is kept, and back to a sentence in the reader's language.

Finding's reasons live as long as a page; those of a request are read a year later, so they are stored as facts
(`kb.routing.Reason`). The sentences of finding's kinds are those of `web.sentences`; the kinds of our own are here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from indexer import hits
from indexer.hits import Found, ReasonKind
from kb.model import Person
from kb.routing import Candidate, Circle, Numbers, Reason
from kb.storage import Store
from web.addresses import person_url, reason_url, space_url
from web.catalogue import _, ngettext
from web.sentences import reason_text

KEPT = 5  # reasons of each candidate
TURNS = ("turn", "spared", "load", "newcomer")


def candidates(store: Store, found: Found, limits: Numbers) -> list[Candidate]:
    """Whom finding names, the nearest and those farther away, then who keeps the procedure closest to the question."""
    people = [
        Candidate(
            each.person, each.score, each.probability, Circle.NEAR if place < limits.near else Circle.WIDE,
            tuple(as_data(reason) for reason in each.reasons[:KEPT]),
        )
        for place, each in enumerate(found.people[: limits.reach])
    ]  # fmt: skip
    known = {each.person for each in people}
    for hit in found.procedures[:1]:
        with store.read() as tx:
            procedure = tx.procedures.find(hit.key)
        keepers = (procedure.owner, procedure.deputy) if procedure else ()
        reason = (Reason("owns", hit.title, "procedure", hit.key),)
        people += [Candidate(id, 0.0, 0.0, Circle.KEEPER, reason) for id in keepers if id and id not in known]
    return people


def as_data(reason: hits.Reason) -> Reason:
    count = 1 if reason.kind is ReasonKind.DECLARED else reason.count  # who confirms it is not for everybody to know
    return Reason(reason.kind.value, reason.title, reason.of, reason.subject, reason.at, count)


def because_text(reason: Reason, names: Mapping[str, Person]) -> str:
    """Why this person, in a short sentence; `names` holds those who named them."""
    by = names.get(reason.subject or "")
    match reason.kind:
        case "named":
            return _("Named by %(name)s", name=by.name) if by else _("Named by the asker")
        case "recommended":
            return _("Recommended by %(name)s", name=by.name) if by else _("Recommended by a colleague")
        case "expert":
            return _("Expert of this space")
        case "animator":
            return _("Animates this space")
        case "turn":
            return _("It is their turn: colleagues who may know as well were asked more this week")
        case "spared":
            return ngettext(
                "A colleague who may know it as well is asked often, and spared this time",
                "%(num)d colleagues who may know it as well are asked often, and spared this time", reason.count,
            )  # fmt: skip
        case "load":
            return ngettext("Asked once this week, so later", "Asked %(num)d times this week, so later", reason.count)
        case "newcomer":
            return _(
                "New here, declared: %(skill)s; one request in %(every)d goes to newcomers", skill=reason.title,
                every=reason.count,
            )  # fmt: skip
        case "said":
            return reason.title
    return reason_text(_as_hit(reason))


def because_of(reasons: Sequence[Reason], few: int) -> list[Reason]:
    """The first few of somebody's reasons, and always why they are asked sooner or later than others."""
    return [each for place, each in enumerate(reasons) if place < few or each.kind in TURNS]


def because_url(reason: Reason) -> str | None:
    """The page that shows the reason is true."""
    if reason.of == "person" and reason.subject:
        return person_url(reason.subject)
    if reason.of == "space" and reason.subject:
        return space_url(reason.subject)
    return None if reason.kind in ("said", *TURNS) else reason_url(_as_hit(reason))


def named_in(reasons: tuple[Reason, ...]) -> set[str | None]:
    """The people whose names these reasons hold."""
    return {each.subject for each in reasons if each.of == "person"}


def _as_hit(reason: Reason) -> hits.Reason:
    kind = ReasonKind(reason.kind) if reason.kind in set(ReasonKind) else ReasonKind.ANSWERED
    return hits.Reason(kind, reason.title, reason.of, reason.subject, reason.at, reason.count)
