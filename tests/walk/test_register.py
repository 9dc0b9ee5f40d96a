"""The register: what regulations ask and who answers it, what others publish, what was kept long enough."""

from __future__ import annotations

import io

from tests.walk.conftest import Walk

OVERSEER, SECOND, READER = "nadia-benali", "emilie-roussel", "leo-fabre"
OVERSEERS_ONLY = {
    "fr": "Cette page est réservée aux responsables conformité et aux administrateurs",
    "en": "This page is for compliance owners and administrators",
}


def test_a_table_of_clauses_shows_who_answers_and_who_does_not(walk: Walk, language: str) -> None:
    page = walk.visit(OVERSEER, language).get("/").follow("/register/clauses")
    table = b"reference,regulation,title\nISO 9001 \xc2\xa7 4.1,ISO 9001,Context\nISO 9001 \xc2\xa7 7.5.2,,\n"
    loaded = page.submit("/register/clauses", file=(io.BytesIO(table), "clauses.csv"))
    assert {"fr": "1 exigence ajoutée, 1 inchangée", "en": "1 clause added, 1 as before"}[language] in loaded.text
    gaps = loaded.follow("show=gaps")
    assert "ISO 9001 § 4.1" in gaps.text and not gaps.soup.select("tbody a")
    overlaps = loaded.follow("show=overlaps")
    assert all(len(each.select("a .key")) > 1 for each in overlaps.soup.select("tbody tr:has(td)"))
    assert overlaps.follow("/procedures/").status == 200
    unknown = loaded.follow("show=unknown")
    reference = unknown.soup.select_one('button[name="reference"]')
    assert reference is not None
    taken = unknown.submit("/adopt", button={"reference": str(reference["value"])})
    assert str(reference["value"]) in taken.text and taken.status == 200
    bad = taken.visit.get("/register/clauses").submit("/register/clauses", file=(io.BytesIO(b"x\n1\n"), "c.csv"))
    assert bad.status == 422 and bad.soup.select("#file-error")


def test_the_map_is_for_those_who_oversee(walk: Walk, language: str) -> None:
    for who in (READER, "claire-vasseur", "marta-nowak"):
        visit = walk.visit(who, language)
        for address in ("/register/clauses", "/register/retention"):
            page = visit.get(address)
            assert page.status == 403 and OVERSEERS_ONLY[language] in page.text
        assert visit.get("/register/documents").status == 200


def test_a_document_of_others_is_looked_at_again_by_who_keeps_it(walk: Walk, language: str) -> None:
    page = walk.visit(OVERSEER, language).get("/register/documents")
    late = {"fr": "en retard", "en": "overdue"}[language]
    assert late in page.soup.select_one("#document-inrs-ed-6109").get_text()  # type: ignore[union-attr]
    looked = page.submit("/inrs-ed-6109/check")
    told = {"fr": "24 novembre 2028", "en": "24 November 2028"}[language]
    assert told in looked.text and late not in looked.soup.select_one("#document-inrs-ed-6109").get_text()  # type: ignore[union-attr]
    form = looked.follow("/register/documents/new")
    said = {"title": "Guide RGPD", "issuer": "CNIL", "link": "https://cnil.example/guide", "owner": "Hugo Lambert"}
    added = form.submit(form.path, **said, next_check="2027-01-15", space="common")
    assert "https://cnil.example/guide" in added.links()
    hugo = walk.visit("hugo-lambert", language).get("/register/documents")
    assert "Guide RGPD" in hugo.text and hugo.forms("/check")


def test_who_does_not_keep_a_document_reads_it_and_changes_nothing(walk: Walk, language: str) -> None:
    page = walk.visit(READER, language).get("/register/documents")
    assert "ISO 9001:2015" in page.text and not page.forms("/check") and not page.links("/register/documents/iso-9001")
    refused = page.visit.post("/register/documents/iso-9001/check", {})
    keepers = {"fr": "qui suivent le document", "en": "or keep the document"}[language]
    assert refused.status == 403 and keepers in refused.text, refused.text
    assert page.visit.get("/register/documents/new").status == 403
    guest = walk.visit("marta-nowak", language).get("/register/documents")
    assert "NF C18-510" in guest.text and "ISO 9001" not in guest.text


def test_two_people_release_what_was_kept_long_enough(walk: Walk, language: str) -> None:
    page = walk.visit(OVERSEER, language).get("/register/documents").follow("/register/retention")
    yours = {"fr": "Vous l’avez proposé", "en": "You proposed this"}[language]
    assert yours in page.text and not page.forms("/confirm")
    address = page._target(page.forms("/withdraw")[0]).replace("/withdraw", "/confirm")
    alone = page.visit.post(address, {})
    assert alone.status == 403, alone.text
    text = page.soup.select_one('input[name="texts"]')
    assert text is not None
    proposed = page.submit("/register/retention", texts=str(text["value"]))
    assert {"fr": "Proposé", "en": "Proposed: 1 text"}[language] in proposed.text
    assert walk.visit("karim-belkacem", language).post(address, {}).status == 404
    second = walk.visit(SECOND, language).get("/tasks").follow("/register/retention")
    released = second.submit("/confirm")
    gone = {"fr": "Éliminé", "en": "Released: the words of 1 text are gone"}[language]
    assert gone in released.text, released.text
    old = walk.visit(READER, language).get("/procedures/TRV-02?revision=en.1")
    told = {"fr": "a été éliminé à son terme", "en": "was released after its time"}[language]
    assert old.status == 404 and told in old.text and old.follow("/procedures/TRV-02").status == 200
    kept = page.visit.get("/procedures/TRV-02?revision=en.1")
    stays = {"fr": "approbations et signature restent", "en": "approvals and signature stay"}[language]
    assert stays in kept.text and not kept.links("/paper/")
