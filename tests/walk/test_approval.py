"""Approval: in its order, with the least number, for the body each speaks for; a reason on refusal, never one's own
text, the password once more, and the hash of exactly the text that was read."""

from __future__ import annotations

from kb.lifecycle import digest
from tests.walk.conftest import Page, Visit, Walk

APPROVE, REFUSE, SUBMIT = {"action": "approve"}, {"action": "refuse"}, {"action": "submit"}
JULIE, THOMAS = "julie-carpentier", "thomas-guerin"  # the first stage of the common space, and the second


def in_review(walk: Walk, by: str = "claire-vasseur") -> None:
    """The next English text of FIN-01 is with its approvers."""
    page = walk.visit(by).get("/procedures/FIN-01").follow("/drafts/en")
    assert page.submit("/drafts/en", SUBMIT, title="Paying an invoice of a supplier").path.endswith("/approval/en.2")


def approval(visit: Visit) -> Page:
    """From one's tasks to the text that waits."""
    return visit.get("/tasks").follow("/procedures/FIN-01/approval/en.2")


def test_approvers_decide_in_their_order_for_their_body_and_as_many_as_asked(walk: Walk, language: str) -> None:
    in_review(walk)
    password = walk.allow(JULIE, THOMAS)
    julie, thomas = walk.visit(JULIE, language), walk.visit(THOMAS, language)
    assert not thomas.get("/tasks").links("/approval/en.2")
    early = thomas.get("/procedures/FIN-01").follow("/approval/en.2")
    said = {"fr": ("Au moins 2 approbations", "Décidera plus tard"), "en": ("2 approvals at least", "Decides later")}
    assert all(each in early.text for each in said[language])
    assert not early.forms("/approval/en.2")
    page = approval(julie)
    assert "Paying an invoice" in page.text and "CSE" in page.text and page.soup.select("td ins")
    hash_shown = page.soup.select_one("input[name=sha256]")
    assert hash_shown
    forced = thomas.post(early.path, {"action": "approve", "sha256": hash_shown["value"], "password": password})
    assert forced.status == 403
    assert {"fr": "D’autres décident d’abord", "en": "Others decide first"}[language] in forced.text
    done = page.submit("/approval/en.2", APPROVE, password=password)
    assert {"fr": "Vous l’avez approuvé", "en": "You approved it"}[language] in done.text
    again = julie.post(page.path, {"action": "approve", "sha256": hash_shown["value"], "password": password})
    assert again.status == 403
    assert {"fr": "avez déjà approuvé", "en": "approved this text already"}[language] in again.text
    last = approval(thomas).submit("/approval/en.2", APPROVE, password=password)
    assert last.status == 200 and not last.links("/approval/en.2")
    history = walk.visit("claire-vasseur", language).get("/procedures/FIN-01/history")
    assert "Julie Carpentier (CSE)" in history.text and "Thomas Guérin (Direction)" in history.text
    assert str(hash_shown["value"])[:12] in history.text


def test_the_password_is_asked_for_again(walk: Walk, language: str) -> None:
    in_review(walk)
    walk.allow(JULIE)
    wrong = approval(walk.visit(JULIE, language)).submit("/approval/en.2", APPROVE, password="not this one")
    assert wrong.status == 422 and wrong.soup.select_one("[aria-invalid=true]")
    assert {"fr": "mot de passe", "en": "password"}[language] in wrong.text
    assert wrong.forms("/approval/en.2")


def test_a_refusal_has_a_reason_that_its_author_reads(walk: Walk, language: str) -> None:
    in_review(walk)
    page, claire = approval(walk.visit(JULIE, language)), walk.visit("claire-vasseur", language)
    hash_shown = page.soup.select_one("input[name=sha256]")
    assert hash_shown
    typed = {"action": "refuse", "sha256": str(hash_shown["value"]), "reason": " "}
    without = page.visit.post(page.path, typed)
    assert without.status == 422 and without.soup.select_one("details[open] textarea[aria-invalid=true]")
    back = page.visit.post(page.path, {**typed, "reason": "Step 5 lacks the call back."})
    assert {"fr": "avec votre motif", "en": "with your reason"}[language] in back.text
    assert claire.get("/inbox").follow("/procedures/FIN-01").status == 200
    draft = claire.get("/tasks").follow("/procedures/FIN-01/drafts/en")
    assert "Step 5 lacks the call back." in draft.text and "Julie Carpentier" in draft.text
    resubmitted = draft.submit("/drafts/en", SUBMIT)
    assert resubmitted.path.endswith("/approval/en.2") and "Step 5 lacks the call back." in resubmitted.text


def test_nobody_approves_a_text_they_wrote(walk: Walk, language: str) -> None:
    password = walk.allow(JULIE, "nadia-benali")
    walk.visit("nadia-benali").get("/procedures/HR-01").follow("/approval/fr.2").submit("/withdraw")
    julie = walk.visit(JULIE, language)  # the deputy of this one, and an approver
    draft = julie.get("/procedures/HR-01?language=fr").follow("/drafts/fr")
    few = draft.submit("/drafts/fr", SUBMIT, title="Prendre ses congés")
    assert few.status == 409
    assert {"fr": "n’ont pas écrit ce texte", "en": "did not write this text"}[language] in few.text
    few.visit.get("/spaces/common")
    nadia = walk.visit("nadia-benali", language)
    charter = nadia.get("/spaces/common").follow("/charter")
    names = charter.soup.select("input[name=person]")
    rows = {"person": ["Julie Carpentier", "Thomas Guérin", "Hélène Maurin"], "stage": ["1", "2", "2"],
            "body": ["CSE", "Direction", "Finance"]}  # fmt: skip
    assert names and charter.submit("/charter", {"action": "save"}, **rows).status == 200
    page = few.submit("/drafts/fr", SUBMIT)
    assert page.path.endswith("/approval/fr.2") and not page.forms("/approval/fr.2")
    assert {"fr": "A écrit ce texte, donc n’en décide pas", "en": "Wrote this text, so does not decide"}[
        language
    ] in page.text
    with walk.store.read() as tx:
        (text,) = [each for each in tx.procedures.history("HR-01") if each.name == "fr.2"]
    forced = julie.post(page.path, {"action": "approve", "sha256": digest(text), "password": password})
    assert forced.status == 403
    assert {"fr": "Vous avez écrit ce texte", "en": "You wrote this text"}[language] in forced.text


def test_a_signature_is_of_exactly_the_text_that_was_read(walk: Walk, language: str) -> None:
    in_review(walk)
    password = walk.allow(JULIE)
    read = approval(walk.visit(JULIE, language))
    claire = walk.visit("claire-vasseur", language)
    draft = claire.get("/tasks").follow("/approval/en.2").submit("/withdraw")
    draft.submit("/drafts/en", SUBMIT, title="Paying another way")
    late = read.submit("/approval/en.2", APPROVE, password=password)
    assert late.status == 409
    assert {"fr": "Relisez-le avant de décider", "en": "Read it again before you decide"}[language] in late.text
    late.follow("/approval/en.2").submit("/approval/en.2", APPROVE, password=password)
    with walk.store.read() as tx:
        (text,) = [each for each in tx.procedures.history("FIN-01") if each.name == "en.2"]
        (given,) = tx.approvals.list([text.id])[text.id]
    assert given.sha256 == digest(text)


def test_who_has_no_part_in_a_text_does_not_decide_on_it(walk: Walk, language: str) -> None:
    in_review(walk)
    password = walk.allow("nadia-benali", "leo-fabre")
    nadia = walk.visit("nadia-benali", language)  # looks after the space, and approves nothing in it
    page = nadia.get("/procedures/FIN-01").follow("/approval/en.2")
    assert page.status == 200 and not page.forms("/approval/en.2")
    forced = nadia.post(page.path, {"action": "approve", "sha256": "x", "password": password})
    assert forced.status == 403
    assert {"fr": "partie des approbateurs", "en": "not among the approvers"}[language] in forced.text
    leo = walk.visit("leo-fabre", language)
    for name in ("en.2", "en.9"):
        refused = leo.post(f"/procedures/FIN-01/approval/{name}", {"action": "approve", "password": password})
        assert refused.status == 404 and refused.follow("/procedures/FIN-01").status == 200


def test_the_order_and_the_number_of_approvers_are_the_space_keepers_to_say(walk: Walk, language: str) -> None:
    nadia, leo = walk.visit("nadia-benali", language), walk.visit("leo-fabre", language)
    charter = nadia.get("/spaces/common").follow("/charter")
    unknown = charter.submit("/charter", {"action": "save"},
                             person=["Claire Vasseur", "Nobody Known"], stage=["1", "1"], body=["", ""])  # fmt: skip
    assert unknown.status == 422
    told = {"fr": "Personne ici n’a ce nom ni cette adresse : Nobody Known.", "en": "address here: Nobody Known."}
    assert told[language] in unknown.text
    too_many = charter.submit("/charter", {"action": "save"}, minimum="9")
    assert too_many.status == 422
    assert charter.submit("/charter", {"action": "save"}, minimum="1").status == 200
    refused = leo.get("/spaces/common/charter")
    assert refused.status == 403 and not leo.get("/spaces/common").links("/charter")
    assert {"fr": "Ceux qui tiennent cet espace", "en": "Those who keep this space"}[language] in refused.text
    assert refused.follow("/spaces/common").status == 200
