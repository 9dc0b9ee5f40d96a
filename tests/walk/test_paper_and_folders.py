"""A text on paper that can be asked whether it is still current, and procedures as a folder of Markdown."""

from __future__ import annotations

import re
from pathlib import Path

import kb.loading
from kb.procedure_files import write_folder
from tests.walk.conftest import Page, Walk

READER = "leo-fabre"
YES = {"fr": "Oui, ce texte est à jour", "en": "Yes, this is current"}
NO = {"fr": "Non, ne suivez pas ce papier", "en": "No, do not follow this paper"}


def on_paper(page: Page) -> str:
    """The short address that is printed below a text."""
    found = re.search(r"http://localhost(/c/\S+)", page.text)
    assert found is not None, page.text
    return found[1]


def test_a_reader_prints_it_and_whoever_holds_the_paper_asks(walk: Walk, language: str) -> None:
    page = walk.visit(READER, language).get(f"/procedures/SAF-02?language={language}")
    assert "Uncontrolled when printed · Non maîtrisé une fois imprimé" in page.text
    assert page.soup.select("img[src^='data:image/svg']"), "the code"
    pdf = page.follow("/paper/")
    assert pdf.response.mimetype == "application/pdf" and pdf.response.data.startswith(b"%PDF")
    said = walk.visit(None, language).get(on_paper(page))
    assert YES[language] in said.text and "SAF-02" in said.text and "3333" not in said.text
    assert {"fr": "Connectez-vous", "en": "Sign in"}[language] in said.text
    own = page.visit.get(on_paper(page))
    assert own.follow("/procedures/SAF-02").status == 200


def test_an_old_paper_is_told_to_be_old_and_a_slip_of_the_pen_said(walk: Walk, language: str) -> None:
    page = walk.visit(READER, language).get("/procedures/SAF-02?revision=fr.1")
    old = page.visit.get(on_paper(page))
    assert NO[language] in old.text and "2026" in old.text
    assert old.follow("/compare").status == 200 and old.follow("language=fr").status == 200
    wrong = walk.visit(None, language).get(on_paper(page)[:-1] + "_")
    typed = {"fr": "Saisissez-la de nouveau", "en": "Type it again to its last character"}[language]
    assert wrong.status == 404 and typed in wrong.text, wrong.text


def test_what_one_may_not_read_is_not_printed(walk: Walk, language: str) -> None:
    page = walk.visit("marta-nowak", language).get("/procedures/SAF-02/paper/fr.2.pdf")
    nothing = {"fr": "dans un espace qui n’est pas le vôtre", "en": "in a space that is not yours"}[language]
    assert page.status == 404 and nothing in page.text
    draft = walk.visit(READER, language).get("/procedures/FIN-01/paper/en.2.pdf")
    assert draft.status == 404 and draft.follow("/procedures/FIN-01").status == 200
    assert "/sign-in" in walk.visit(None, language).get("/procedures/SAF-02/paper/fr.2.pdf").path


def test_the_sample_in_its_third_year_goes_to_a_folder_and_back_without_a_change(walk: Walk, tmp_path: Path) -> None:
    folder = tmp_path / "git"
    written = write_folder(walk.store, folder)
    assert not written.problems and written.files
    again = kb.loading.load(walk.store, [folder])
    assert not again.problems and {each.fate.value for each in again.fared} == {"unchanged"}
    assert not write_folder(walk.store, folder).files
    file = folder / "SAF-02.fr.md"
    file.write_text(file.read_text("utf-8").replace("Sortir vite", "Sortir sans attendre"), "utf-8")
    told = kb.loading.load(walk.store, [folder], dry_run=True)
    changed = [(each.name, each.fate.value) for each in told.fared if each.fate.value != "unchanged"]
    assert changed == [("SAF-02 (fr)", "changed")]
    assert "Sortir vite" in walk.visit(READER).get("/procedures/SAF-02?language=fr").text, "a dry run writes nothing"
