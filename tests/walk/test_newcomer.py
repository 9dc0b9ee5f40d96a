"""The first weeks of somebody new, on one page that nobody else sees."""

from __future__ import annotations

from tests.walk.conftest import Walk


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
