"""Review: due from the interval, reminded of owner, deputy, compliance owner in turn, in one's calendar; still valid
in one step with a note, or a new draft; overdue under a band; and nothing legal vanishes silently."""

from __future__ import annotations

from urllib.parse import urlsplit

import kb.reviewing
from tests.walk.conftest import MORNING, Walk

KEEPERS = {"fr": "Cette procédure est suivie par son responsable", "en": "Its owner, its deputy and the"}


def test_still_valid_is_said_in_one_step_with_a_note(walk: Walk, language: str) -> None:
    karim = walk.visit("karim-belkacem", language)
    page = karim.get("/tasks").follow("/procedures/SAF-03/review")
    bare = page.submit("/review", note=" ")
    assert bare.status == 422 and bare.soup.select_one("[aria-invalid=true]")
    page = bare.submit("/review", note="Checked with the fire brigade")
    assert {"fr": "toujours valable", "en": "still valid"}[language] in page.text
    assert {"fr": "Elle devait être revue le", "en": "Its review was due"}[language] not in page.text
    history = walk.visit("leo-fabre", language).get("/procedures/SAF-03/history")
    assert "Checked with the fire brigade" in history.text and "Karim Belkacem" in history.text
    assert not karim.get("/tasks").links("/procedures/SAF-03/review")


def test_whoever_does_not_keep_it_does_not_review_it(walk: Walk, language: str) -> None:
    leo = walk.visit("leo-fabre", language)
    page = leo.get("/procedures/SAF-03")
    assert not page.links("/review") and not page.forms("/drafts")
    for refused in (leo.get("/procedures/SAF-03/review"), leo.post("/procedures/SAF-03/review", {"note": "Fine"})):
        assert refused.status == 403 and KEEPERS[language] in refused.text
        assert "Karim Belkacem" in refused.follow("/procedures/SAF-03").text
    assert walk.visit("marta-nowak", language).get("/procedures/SAF-03/review").status == 404


def test_a_review_that_is_overdue_stands_in_a_band_and_the_text_stays_in_force(walk: Walk, language: str) -> None:
    page = walk.visit("leo-fabre", language).get("/procedures/SAF-03")
    band = page.soup.select_one(".overdue")
    assert band and {"fr": "Elle reste en vigueur", "en": "It stays in force"}[language] in band.get_text(" ")
    assert page.soup.select("table.duties")


def test_a_review_leads_to_a_new_draft_where_it_is_no_longer_right(walk: Walk, language: str) -> None:
    page = walk.visit("karim-belkacem", language).get("/tasks").follow("/procedures/SAF-03/review")
    draft = page.submit("/drafts", {"language": "fr"})
    assert draft.status == 200 and draft.path == "/procedures/SAF-03/drafts/fr" and draft.forms("/drafts/fr")


def test_owner_then_deputy_then_compliance_owner_are_reminded(walk: Walk, language: str) -> None:
    keepers = ("claire-vasseur", "malik-haddad", "nadia-benali")  # FIN-01, due on 1 September 2027
    told = []
    for days in (252, 30, 14):
        walk.clock.forward(days=days)
        kb.reviewing.remind(walk.store)
        told.append([bool(walk.visit(each, language).get("/tasks").links("/FIN-01/review")) for each in keepers])
    assert told == [[True, False, False], [True, True, False], [True, True, True]]
    assert walk.visit("nadia-benali", language).get("/inbox").follow("/procedures/FIN-01").status == 200
    page = walk.visit("malik-haddad", language).get("/tasks").follow("/procedures/FIN-01/review")
    page.submit("/review", note="Read again")
    assert not walk.visit("nadia-benali", language).get("/tasks").links("/FIN-01/review")


def test_reviews_are_in_ones_calendar_at_an_address_nobody_guesses(walk: Walk, language: str) -> None:
    karim, stranger = walk.visit("karim-belkacem", language), walk.visit(None, language)
    page = karim.get("/tasks").follow("/tasks/calendar").submit("/calendar")
    code = page.soup.select_one(".secret code")
    assert code
    address = urlsplit(code.get_text()).path
    feed = stranger.get(address).response
    assert feed.status_code == 200 and feed.mimetype == "text/calendar"
    assert "Revoir SAF-03" in feed.get_data(as_text=True)  # in his language, whoever asks
    assert stranger.get(address.replace(".ics", "x.ics")).status == 404
    ended = page.submit("/end")
    assert {"fr": "L’adresse", "en": "The address has ended"}[language] in ended.text
    assert stranger.get(address).status == 404


def test_a_procedure_that_a_rule_asks_for_is_retired_by_the_compliance_owner_alone_and_never_silently(
    walk: Walk, language: str
) -> None:
    claire, nadia, leo = (walk.visit(each, language) for each in ("claire-vasseur", "nadia-benali", "leo-fabre"))
    assert claire.get("/procedures/FIN-01").links("/review") and not claire.get("/procedures/FIN-01").links("/retire")
    for refused in (claire.get("/procedures/FIN-01/retire"), claire.post("/procedures/FIN-01/retire", {})):
        assert refused.status == 403
        assert {"fr": "Un responsable conformité de son espace retire", "en": "A compliance owner of its space"}[
            language
        ] in refused.text
    page = nadia.get("/procedures/FIN-01").follow("/retire")
    bare = page.submit("/retire", reason="")
    assert bare.status == 422 and bare.soup.select_one("fieldset .wrong")
    done = page.submit("/retire", reason="Two became one", follows="one", successor="FIN-02")
    assert done.status == 200
    band = leo.get("/procedures").follow("/procedures/FIN-01")
    assert {"fr": "Cette procédure est retirée", "en": "This procedure is retired"}[language] in band.text
    assert "Two became one" in band.text and band.soup.select("table.duties")
    assert band.follow("/procedures/FIN-02").status == 200
    kept = nadia.get("/procedures/FIN-01")
    assert not kept.links("/FIN-01/review") and not kept.links("/FIN-01/retire")
    gone = nadia.get("/procedures/FIN-01/review")
    assert gone.status == 409 and gone.follow("/procedures/FIN-01").status == 200


def test_the_day_of_a_review_follows_from_the_interval(walk: Walk, language: str) -> None:
    assert MORNING.year == 2026
    page = walk.visit("claire-vasseur", language).get("/procedures/FIN-01")
    assert {"fr": "1er septembre 2027", "en": "1 September 2027"}[language] in page.text
    page = page.follow("/record").submit("/record", review_months="6")
    assert {"fr": "1er mars 2027", "en": "1 March 2027"}[language] in page.text
