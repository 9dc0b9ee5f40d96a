"""The first weeks of somebody new, on one page that nobody else sees."""

from __future__ import annotations

from tests.walk.conftest import Walk

NOTHING = {"fr": "Il n’y a rien ici", "en": "There is nothing here"}


def test_a_newcomer_goes_their_way_and_keeps_it_to_themselves(walk: Walk, language: str) -> None:
    leo, nadia, marta = (walk.visit(who, language) for who in ("leo-fabre", "nadia-benali", "marta-nowak"))
    before = nadia.get("/people/leo-fabre").text
    page = leo.get("/").follow("/start")
    parts = {
        "fr": ("Les obligations qui vous concernent", "Cinq personnes à connaître", "Une question à laquelle vous"),
        "en": ("The duties that bind you", "Five people to know", "One question you could answer"),
    }
    assert all(each in page.text for each in parts[language])
    assert {"fr": "dans leurs 90 premiers jours", "en": "in their first 90 days"}[language] in page.text
    assert len(page.soup.select("section[aria-labelledby=know] li.person-line")) == 5
    assert 0 < len(page.soup.select("section[aria-labelledby=used] ol > li")) <= 10
    ticked = page.submit("/start", {"done": "1"})
    assert {"fr": "1 sur ", "en": "1 of "}[language] in ticked.text and "SAF-02" in ticked.text
    bound = ticked.soup.select("section[aria-labelledby=bound] a.button")
    assert bound and leo.get(str(bound[0]["href"])).forms("/acknowledge")
    assert nadia.get("/people/leo-fabre").text == before
    assert {"fr": "0 sur ", "en": "0 of "}[language] in nadia.get("/start").text


def test_a_guest_has_a_way_of_their_own_and_a_stranger_none(walk: Walk, language: str) -> None:
    page = walk.visit("marta-nowak", language).get("/start")
    assert "WKS-04" in page.text and "FIN-01" not in page.text and "Léo Fabre" not in page.text
    assert {"fr": "Un collègue", "en": "A colleague"}[language] in page.text
    assert walk.visit(None, language).get("/start").path == "/sign-in"


def test_somebody_new_is_asked_passes_twice_and_is_asked_no_more(walk: Walk, language: str) -> None:
    emma, nora = walk.visit("emma-walsh", language), walk.visit("nora-belaid", language)
    named = {"action": "post", "named": "Nora Belaïd"}
    request = ""
    for days, title in enumerate(("Comment sortir une immobilisation cédée ?", "Qui amortit les machines du labo ?")):
        walk.clock.forward(days=days)
        emma.get("/ask").submit("/ask", button=named, title=title, tags="immobilisations", space="common")
        walk.work()
        walk.clock.forward(hours=2)
        request = nora.get("/").links("/invitations/")[0]
        page = nora.get("/").follow(request).submit("/not-me")
        assert (page.path == "/") == (days == 0), "it takes two"
    walk.refuses("leo-fabre", f"{request}/stop?subject=immobilisations", NOTHING, status=404)
    other = {"fr": "portait sur autre chose", "en": "was about something else"}
    walk.refuses("nora-belaid", f"{request}/stop?subject=paie", other, status=422)
    asked = {"fr": "Ne plus vous solliciter sur « immobilisations »", "en": "Stop asking you about immobilisations"}
    assert asked[language] in " ".join(page.text.split())
    page.press({"fr": "Ne plus me solliciter", "en": "Stop asking me"}[language])
    subjects = nora.get("/people/nora-belaid").follow("/subjects")
    uses = [str(each["value"]) for each in subjects.soup.select("select[name=use] option[selected]")]
    assert uses == ["routed", "shown"]
    walk.clock.forward(days=1)
    title = "Quand mettre en service ce qui est en cours ?"
    form = emma.get("/ask").submit("/ask", button=named, title=title, tags="immobilisations")
    walk.work()
    refused = form.follow("/recommend").submit("/recommend", other="Nora Belaïd")
    assert refused.status == 422 and {"fr": "On ne peut pas", "en": "cannot be asked"}[language] in refused.text


def test_a_subject_is_shown_and_asked_shown_only_or_neither(walk: Walk, language: str) -> None:
    leo, malik = walk.visit("leo-fabre", language), walk.visit("malik-haddad", language)
    own = {"fr": "Cette page est personnelle", "en": "This page is somebody's own"}
    walk.refuses("leo-fabre", "/people/malik-haddad/subjects", own)

    def knows() -> bool:
        return bool(leo.get("/tags/factures").soup.select("section[aria-labelledby=people] a[href*=malik-haddad]"))

    assert knows()
    for use, shown in (("shown", True), ("neither", False), ("routed", True)):
        page = malik.get("/").follow("/people/malik-haddad").follow("/subjects")
        names = [str(each["value"]) for each in page.soup.select("input[name=subject]")]
        page.submit("/subjects", use=[use if each == "factures" else "routed" for each in names])
        assert knows() is shown and ("malik-haddad" in str(leo.get("/map?tag=factures").soup)) is shown, use
    search = "/search?q=facture+fournisseur+bloqu%C3%A9e"
    assert leo.get(search).links("/people/malik-haddad")
    page.submit("/subjects", use=["neither"] * len(names))
    assert not leo.get(search).links("/people/malik-haddad"), "nothing else speaks for him"
