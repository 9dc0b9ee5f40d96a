"""A procedure from its first words to its retirement, and everything between: done by those who keep it, refused to the
others in a sentence that says what to do next."""

from __future__ import annotations

from typing import Any

from tests.walk.conftest import Walk

NOT_A_KEEPER = {"fr": "Cette procédure est suivie par son responsable", "en": "Its owner, its deputy and the"}
UNREAD = {"fr": "ou seuls ceux qui l’écrivent", "en": "or only those who write"}
NOTHING = {"fr": "dans un espace qui n’est pas le vôtre", "en": "in a space that is not yours"}
SUBMIT, KEEP = {"action": "submit"}, {"action": "save"}
ROWS: dict[str, Any] = {
    "step": ["1", "2"], "role": ["Site manager", "Accounts payable"],
    "what": ["Counts the cash box every Friday", "Books the difference"], "rule": ["before noon", ""],
}  # fmt: skip


def signed(walk: Walk, key: str, name: str, *approvers: str) -> None:
    """The text is approved by these people in their order, each from their tasks."""
    password = walk.allow(*approvers)
    for each in approvers:
        page = walk.visit(each).get("/tasks").follow(f"/procedures/{key}/approval/{name}")
        assert page.submit(name, {"action": "approve"}, password=password).status == 200


def test_everybody_of_the_space_reads_the_text_in_force(walk: Walk, language: str) -> None:
    page = walk.visit("leo-fabre", language).get("/procedures/FIN-01")
    assert page.status == 200 and {"fr": "Faire payer", "en": "Getting a supplier invoice paid"}[language] in page.text
    refused = walk.visit("marta-nowak", language).get("/procedures/FIN-01")
    assert refused.status == 404 and NOTHING[language] in refused.text


def test_its_record_is_kept_by_its_owner_and_shown_beside_it(walk: Walk, language: str) -> None:
    page = walk.visit("claire-vasseur", language).get("/procedures/FIN-01").follow("/record")
    refused = page.submit("/record", review_months="often")
    assert refused.status == 422
    assert {"fr": "Écrivez un nombre de mois", "en": "Write a number of months"}[language] in refused.text
    page = page.submit(
        "/record", deputy="Hélène Maurin", review_months="6", scope="Lyon and Dublin", roles="Accounts payable",
        units="Finance", sites="Lyon", satisfies="Code de commerce art. L441-10",
    )  # fmt: skip
    for shown in ("Claire Vasseur", "Hélène Maurin", "Lyon and Dublin", "Accounts payable · Finance", "L441-10"):
        assert shown in page.text
    assert {"fr": "Révision", "en": "Revision"}[language] in page.text and page.links("/paper/")
    assert page.follow({"fr": "Lire en anglais", "en": "Read in French"}[language]).status == 200
    leo = walk.visit("leo-fabre", language)
    assert not leo.get("/procedures/FIN-01").links("/record")
    refused = leo.get("/procedures/FIN-01/record")
    assert refused.status == 403 and NOT_A_KEEPER[language] in refused.text
    assert refused.follow("/procedures/FIN-01").status == 200


def test_a_duty_has_an_address_and_is_found_by_its_role(walk: Walk, language: str) -> None:
    karim = walk.visit("karim-belkacem", language)
    duties = karim.get("/tasks").follow("/duties")
    first = next(each for each in duties.links("#step-"))
    page = karim.get(first)
    assert page.status == 200 and page.soup.select_one("#" + first.partition("#")[2])
    assert page.soup.select(f'a[href="#{first.partition("#")[2]}"]')
    guest = walk.visit("marta-nowak", language).get("/duties")
    assert guest.status == 200 and not guest.links("/procedures/FIN-") and not guest.links("/procedures/SAF-")


def test_a_role_chosen_brings_its_duties(walk: Walk, language: str) -> None:
    leo = walk.visit("leo-fabre", language)
    role = {"fr": "Comptable fournisseurs", "en": "AP accountant"}[language]
    assert "/procedures/FIN-01" not in " ".join(leo.get("/duties").links())
    page = leo.get("/duties").submit("/duties", holds=[role])
    assert {"fr": "Vos rôles sont enregistrés", "en": "Your roles are saved"}[language] in page.text
    assert page.links("/procedures/FIN-01")


def test_a_new_procedure_is_nobody_elses_until_the_worker_brings_it_into_force(walk: Walk, language: str) -> None:
    nadia, leo = walk.visit("nadia-benali", language), walk.visit("leo-fabre", language)
    form = nadia.get("/procedures").follow("/procedures/new")
    taken = form.submit("/new", key="FIN-01", title="The cash box", space="common", language="en")
    assert taken.status == 422 and "FIN-01" in taken.text
    draft = form.submit("/new", key="FIN-09", title="The cash box", space="common", language="en")
    missing = draft.submit("/drafts/en", SUBMIT)
    assert missing.status == 422
    assert {"fr": "l’objet en une phrase ou deux", "en": "Write the purpose in a sentence"}[language] in missing.text
    for address in ("/procedures/FIN-09", "/procedures/FIN-09/drafts/en", "/procedures/FIN-08/drafts/en"):
        refused = leo.get(address)
        assert refused.status == 404 and NOTHING[language] in refused.text  # as for one that was never begun
    page = draft.submit("/drafts/en", SUBMIT, summary="So that no cash goes missing.", effective="2026-11-30", **ROWS)
    assert page.path.endswith("/approval/en.1")
    assert {"fr": "chez ses approbateurs", "en": "with its approvers"}[language] in page.text
    signed(walk, "FIN-09", "en.1", "julie-carpentier", "thomas-guerin")
    walk.worker.tend()
    assert leo.get("/procedures/FIN-09").status == 404  # approved; its day has not come
    walk.clock.forward(days=7)
    walk.worker.tend()
    page = leo.get("/procedures").follow("FIN-09")
    assert page.status == 200 and "Counts the cash box every Friday" in page.text


def test_only_those_who_keep_a_space_begin_a_procedure(walk: Walk, language: str) -> None:
    leo = walk.visit("leo-fabre", language)
    assert not leo.get("/procedures").links("/procedures/new")
    typed = {"key": "FIN-09", "title": "The cash box", "space": "common", "language": "en"}
    for refused in (leo.get("/procedures/new"), leo.post("/procedures/new", typed)):
        assert refused.status == 403
        assert {"fr": "Ceux qui tiennent", "en": "Those who keep"}[language] in refused.text


def test_everybody_reads_the_text_in_force_while_the_next_is_in_work(walk: Walk, language: str) -> None:
    claire, leo = walk.visit("claire-vasseur", language), walk.visit("leo-fabre", language)
    draft = claire.get("/tasks").follow("/procedures/FIN-01/drafts/en")
    draft.submit("/drafts/en", KEEP, title="Paying an invoice of a supplier")
    page = leo.get("/procedures/FIN-01?language=en")
    assert "Getting a supplier invoice paid" in page.text and "Paying an invoice of a supplier" not in page.text
    assert not page.links("/drafts/") and "Paying an invoice" not in page.follow("/history").text
    said = set()
    for address in ("FIN-01/drafts/en", "FIN-01/drafts/fr", "FIN-01/approval/en.2", "FIN-01/approval/en.7",
                    "FIN-01?revision=en.2", "FIN-01/signed/en.2", "FIN-01/compare?to=en.2"):  # fmt: skip
        refused = leo.get(f"/procedures/{address}")
        said.add((refused.status, refused.text))
        assert "Getting a supplier" in refused.follow("/procedures/FIN-01").text or language == "fr"
    (only,) = said
    assert only[0] == 404 and UNREAD[language] in only[1]


def test_a_comparison_of_two_texts_goes_by_duty_with_the_summary_its_author_must_write(
    walk: Walk, language: str
) -> None:
    claire = walk.visit("claire-vasseur", language)
    draft = claire.get("/procedures/FIN-01?language=en").follow("/drafts/en")
    missing = draft.submit("/drafts/en", SUBMIT, change="")
    assert missing.status == 422
    assert {"fr": "Dites en une phrase ce qui est", "en": "Say in a sentence what is"}[language] in missing.text
    rows = {"role": ["Head of AP"], "step": ["1"], "what": ["Sends the electronic invoice"], "rule": [""]}
    page = missing.submit("/drafts/en", KEEP, change="One duty instead of all.", major="major", **rows)
    page = page.follow("/compare")
    assert "One duty instead of all." in page.text and page.soup.select("td ins") and page.soup.select("td del")
    kinds = {"fr": ("changement majeur", "modifiée", "supprimée"), "en": ("major change", "modified", "taken out")}
    assert [kind for kind in kinds[language] if kind not in page.text] == [], page.text
    chosen = claire.get("/procedures/FIN-01/compare?from=fr.1&to=en.1")
    assert chosen.status == 200
    refused = claire.get("/procedures/FIN-01/compare?from=en.1&to=en.12")
    assert refused.status == 404 and UNREAD[language] in refused.text


def test_an_old_address_opens_the_old_text_under_a_band_that_leads_to_the_one_in_force(
    walk: Walk, language: str
) -> None:
    claire, leo = walk.visit("claire-vasseur", language), walk.visit("leo-fabre", language)
    draft = claire.get("/procedures/FIN-01?language=en").follow("/drafts/en")
    draft.submit("/drafts/en", SUBMIT, title="Paying an invoice of a supplier", major="minor")
    signed(walk, "FIN-01", "en.2", "julie-carpentier", "thomas-guerin")
    walk.worker.tend()
    old = leo.get("/procedures/FIN-01/history").follow("revision=en.1")
    assert "Getting a supplier invoice paid" in old.text
    assert {"fr": "Voici la révision 1, qui n’est plus en vigueur", "en": "This is revision 1, no longer in force"}[
        language
    ] in old.text
    assert "Paying an invoice of a supplier" in old.follow("/procedures/FIN-01?language=en").text
    compared = old.follow("/compare")
    assert compared.status == 200 and {"fr": "changement mineur", "en": "minor change"}[language] in compared.text


def test_a_draft_is_given_up_without_being_lost(walk: Walk, language: str) -> None:
    claire = walk.visit("claire-vasseur", language)
    draft = claire.get("/procedures/FIN-01").follow("/drafts/en")
    page = draft.submit("/discard")
    assert page.path == "/procedures/FIN-01" and page.status == 200
    assert {"fr": "Abandonné", "en": "Given up"}[language].lower() in page.follow("/history").text.lower()
    refused = walk.visit("leo-fabre", language).post("/procedures/FIN-01/drafts/en/discard", {})
    assert refused.status == 403 and NOT_A_KEEPER[language] in refused.text


def test_two_who_write_at_once_lose_nothing(walk: Walk, language: str) -> None:
    claire, nadia = walk.visit("claire-vasseur", language), walk.visit("nadia-benali", language)
    hers, others = claire.get("/procedures/FIN-01/drafts/en"), nadia.get("/procedures/FIN-01/drafts/en")
    hers.submit("/drafts/en", KEEP, title="The title of Claire")
    clash = others.submit("/drafts/en", KEEP, title="The title of Nadia")
    assert clash.status == 409 and "The title of Claire" in clash.text
    assert {"fr": "Rien n’est perdu", "en": "Nothing is lost"}[language] in clash.text
    kept = clash.submit("/drafts/en", KEEP).soup.select_one("input[name=title]")
    assert kept and kept["value"] == "The title of Nadia"
