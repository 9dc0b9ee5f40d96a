"""The pages that are judged for everybody, by part of the house: who opens what, and `go_through` them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from playwright.sync_api import Page

import kb.accounts
import kb.routes
from tests.browser.conftest import EDITED, INVITED, WAITING, Sites, person
from web.mail_links import link_for
from web.signing import seal, sign

LEO, ADMIN, KEEPER = "leo-fabre", "emilie-roussel", "david-kessler"
OWNER = "nadia-benali"  # compliance owner of the common space
SHARES = "stephane-collet"  # animates the space shared with a partner
WORKSHOP = "karim-belkacem"  # compliance owner of the workshop
TRAIN = "rembourser+mon+billet+de+train"
Pages = list[tuple[str, str]]

FINDING: Pages = [
    (LEO, "/"), (INVITED, "/"), ("jerome-vidal", "/"), (OWNER, "/"), (LEO, f"/search?q={TRAIN}"),
    (LEO, f"/search?q={TRAIN}&kind=question"), (LEO, "/search?q=zzqqxx"), (LEO, "/search"), (LEO, "/ask"),
    (LEO, f"/ask?title={TRAIN}"), (LEO, "/help?of=ask"), (LEO, "/accessibility"), (LEO, "/home"), (LEO, "/patterns"),
    (LEO, "/nulle-part"), (LEO, "/map?tag=travel"), (INVITED, "/inbox"), (LEO, "/inbox?show=done"), (LEO, "/following"),
    (LEO, "/feeds"), (LEO, "/bookmarks"), (LEO, "/reading"), (LEO, "/reading/new?space=common"),
]  # fmt: skip
THREADS: Pages = [
    (LEO, "/questions"), (LEO, "/questions?show=unanswered"), (LEO, "/questions?show=duplicated"), (LEO, "/deleted"),
    (LEO, "/questions/q-fin-001"), ("isabelle-marchetti", "/questions/q-cmp-002"), (LEO, "/questions/q-fin-040"),
    (LEO, f"/questions/{EDITED}"), (LEO, f"/questions/{EDITED}/history"), (LEO, f"/questions/{EDITED}/edit"),
    (LEO, f"/questions/{EDITED}/delete"), (LEO, f"/questions/{EDITED}/close"),
    (LEO, "/questions/q-fin-001/flag?answer=a-fin-001"), (OWNER, "/questions/q-fin-001/suggestions"),
    (LEO, "/questions/q-fin-001/suggestions/new?answer=a-fin-001"), (LEO, "/questions/q-fin-024/elsewhere"),
    (LEO, "/questions/q-fin-024/recommend"), (LEO, "/questions/q-fin-024/thank?answer=a-fin-049"),
    (LEO, "/tags"), (LEO, "/tags/travel"), (OWNER, "/same-tags"), (LEO, "/gaps"),
]  # fmt: skip
PRACTICES: Pages = [
    (LEO, "/practices"), (OWNER, "/practices/p-fin-train"), (OWNER, "/practices/p-fin-train/edit"),
    ("claire-vasseur", "/practices/new?answer=a-fin-042"), (LEO, "/practices/p-fin-train/history"),
    (LEO, "/practices/p-wks-padlock/amend?procedure=WKS-01"), (LEO, "/practices/p-fin-chase"),
    (LEO, "/practices/p-wks-sparks"), (OWNER, "/register/drift"), (OWNER, "/register/drift?show=decided"),
    (LEO, "/register/drift"), (WORKSHOP, "/register/drift"), (WORKSHOP, "/spaces/workshop/coverage"),
    (OWNER, "/spaces/common/coverage"), (LEO, "/start"), ("aoife-brennan", "/tasks"),
]  # fmt: skip
OFFICIAL: Pages = [
    (LEO, "/procedures"), (LEO, "/procedures/TRV-01"), (LEO, "/procedures/SAF-02"), (LEO, "/procedures/CMP-03"),
    (OWNER, "/procedures/new"), (LEO, "/procedures/TRV-01/changes/fr.1"), (LEO, "/procedures/TRV-01/history"),
    (LEO, "/procedures/TRV-02/compare"), (OWNER, "/procedures/TRV-01/record"), (OWNER, "/procedures/TRV-01/review"),
    (OWNER, "/procedures/TRV-01/retire"), (OWNER, "/procedures/TRV-01/campaign"), (OWNER, "/procedures/HR-01/use"),
    (OWNER, "/procedures/HR-01/approval/fr.2"), ("claire-vasseur", "/procedures/FIN-01/drafts/en"),
    (OWNER, "/register/clauses"), (OWNER, "/register/documents"), (OWNER, "/register/documents/new"),
    (OWNER, "/register/retention"), (OWNER, "/spaces/common/charter"), (ADMIN, "/audit"), (ADMIN, "/audit/verify"),
    (OWNER, "/tasks"), (LEO, "/tasks"), (LEO, "/tasks/calendar"), (LEO, "/duties"), (OWNER, "/duties"),
]  # fmt: skip
PEOPLE: Pages = [
    (LEO, "/people"), (LEO, f"/people?q={TRAIN}"), (LEO, "/people/claire-vasseur"), (LEO, "/people/malik-haddad"),
    (LEO, "/people/malik-haddad/skills/confirm?skill=facturation+fournisseurs"), (LEO, f"/people/{LEO}/edit"),
    (LEO, f"/people/{LEO}/availability"), (LEO, f"/people/{LEO}/mail"), (LEO, f"/people/{LEO}/subjects"),
    (LEO, "/tokens"), (LEO, "/spaces"), (LEO, "/spaces/workshop"), (KEEPER, "/spaces/compliance/members"),
    (LEO, "/spaces/common/rights?person=claire+vasseur"), (KEEPER, "/spaces/compliance/rights?person=hugo+lambert"),
    (SHARES, "/spaces/workshop/guest"), (SHARES, "/people/marta-nowak/prolong"), (SHARES, "/people/marta-nowak"),
]  # fmt: skip
KEEPING: Pages = [
    (ADMIN, "/admin/people"), (ADMIN, "/admin/people/new"), (ADMIN, f"/admin/people/{LEO}"), (LEO, "/admin/people"),
    (ADMIN, f"/admin/people/{LEO}/left"), (ADMIN, "/admin/people?left=1"), (ADMIN, "/admin/spaces"),
    (ADMIN, "/admin/routing"), (ADMIN, "/admin/sites"), (ADMIN, "/admin/sites/edit?name=Dublin"),
    (ADMIN, "/admin/health"), (ADMIN, "/handover"), (ADMIN, "/moderation"), (OWNER, "/moderation"), (LEO, "/figures"),
    (LEO, "/figures?space=common"), (OWNER, "/spaces/common/approval"), (OWNER, "/spaces/common/animate"),
    (OWNER, "/spaces/common/guides"), (OWNER, "/spaces/common/webhooks"),
]  # fmt: skip
PARTS: dict[str, Pages] = {
    "finding": FINDING, "threads": THREADS, "practices": PRACTICES, "official": OFFICIAL, "people": PEOPLE,
    "keeping": KEEPING, "mailed": [],
}  # fmt: skip
REFUSED = {(LEO, "/nulle-part"), (LEO, "/admin/people"), (LEO, "/register/drift")}
FOLLOWED: dict[str, list[tuple[str, ...]]] = {  # a page, and the links that lead from it to the page meant
    "practices": [
        ("aoife-brennan", "/tasks", "a[href*='/amendments/']"),
        (LEO, "/practices/p-fin-train", "a[href*='/amendments/']"),
    ],
    "official": [
        (OWNER, "/register/documents", "main a[href*='/register/documents/']"),
        (OWNER, "/tasks", "main a[href*='/campaigns/']"),
    ],
    "people": [
        (INVITED, "/", "main a[href*='/invitations/']"), (LEO, "/inbox", "main a[href*='/joining/']"),
        (LEO, "/inbox", "main a[href*='/letters/']"), (LEO, "/reading", "main a.title"),
        ("aoife-brennan", "/inbox", "main a[href*='/said-to-have-said/']"),
        ("claire-vasseur", "/reading", "main a.title", "main a[href$='/edit']"),
    ],
}  # fmt: skip
Visit = Callable[..., Page]


def go_through(visit: Visit, sites: Sites, part: str, language: str) -> Iterator[Page]:
    """Every page of a part, one after the other, as the person who opens it."""
    opened: dict[str | None, Page] = {}
    alone = [(None, path) for path in mailed(sites)] if part == "mailed" else []
    for who, path, *links in (*alone, *PARTS[part], *FOLLOWED.get(part, ())):
        page = opened.get(who) or opened.setdefault(who, _browser(visit, sites, who, language))
        _at(page, path, (who, path) in REFUSED)
        for link in links:
            _at(page, str(page.locator(link).first.get_attribute("href")))
        yield page


def _browser(visit: Visit, sites: Sites, who: str | None, language: str) -> Page:
    """In which the language was chosen: links of mails speak that of their reader otherwise."""
    site = sites.demo if who else sites.site
    page = visit(who, None, language=language, site=site)
    page.context.add_cookies([{"name": "language", "value": language, "url": site.address}])
    return page


def mailed(sites: Sites) -> list[str]:
    """Addresses that open without a sign-in: links of mails, the code on a printed text, the doors."""
    store = sites.store
    (asked,) = kb.routes.waiting_for(store, person(store, INVITED))
    author = asked.question.author
    with sites.site.app.test_request_context():
        reply, outcome = link_for("reply", INVITED, asked.invitation.id), link_for("outcome", author, WAITING)
        read, stop = sign("acknowledge", "claire-vasseur", "IT-03"), sign("stop mail", INVITED, "")
        paper = seal("current", "TRV-01", "fr.1")
    invited = kb.accounts.invite(store, person(store, "laure-pichon"))
    return [
        "/sign-in", f"/invite/{invited}", f"/reply/{reply}", f"/reply/{reply}/answer", f"/reply/{reply}/busy",
        f"/reply/{reply}/stop?subject={asked.question.tags[0]}", f"/outcome/{outcome}", f"/acknowledge/{read}",
        f"/mail/stop/{stop}", f"/c/TRV-01/fr.1-{paper}",
    ]  # fmt: skip


def _at(page: Page, path: str, refused: bool = False) -> Page:
    """Open a page that is there, or one that is meant to be refused: an error page is not judged in another's place."""
    answer = page.goto(path)
    assert answer is not None and answer.ok is not refused, f"{path}: {answer and answer.status}"
    return page
