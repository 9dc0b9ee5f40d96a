"""From a question nobody has answered to its answer, found by the next person: with JavaScript and without."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sites
from tests.files import picture

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]
SOMEBODY, NEXT = "leo-fabre", "sophie-delmas"


def become(page: Page, who: str) -> None:
    page.locator("#demo-person").select_option(who)
    page.get_by_role("button", name="Changer").click()
    expect(page.get_by_role("status").filter(has_text="Vous êtes maintenant")).to_be_visible()


def look_for(page: Page, words: str, script: bool) -> None:
    """Type into the box of the first page; without JavaScript, send it."""
    page.goto("/")
    page.locator("#q").press_sequentially(words) if script else page.locator("#q").fill(words)
    if not script:
        page.locator("#q").press("Enter")
        page.wait_for_url("**/search?*")
    expect(page.locator(".lane")).to_have_count(3)


@pytest.mark.parametrize(
    ("script", "title", "answer"),
    [
        (True, "Qui graisse la girouette du toit de Grenoble ?", "Appelez la société Zéphyr au printemps."),
        (False, "Qui gonfle les canoës avant la régate ?", "Marius, chaque mardi au hangar."),
    ],
    ids=["with JavaScript", "without JavaScript"],
)
def test_a_question_finds_its_answer_and_keeps_it_for_the_next_person(
    visit: Visit, sites: Sites, script: bool, title: str, answer: str
) -> None:
    page = visit(path="/", script=script)
    look_for(page, title, script)
    expect(page.locator(".band")).to_be_visible()
    expect(page.locator(".band-answered")).to_have_count(0)
    page.locator(".band").get_by_role("link", name="Demander à vos collègues").click()

    expect(page.get_by_label("Votre question")).to_have_value(title)
    asked = page.locator("section[aria-labelledby=whom]")
    expect(asked.locator(".hit-person").first.locator(".reasons li").first).to_be_visible()
    page.get_by_role("button", name="Publier la question").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(re.escape(title[:-2])))
    address = page.url

    sites.demo.settle()
    page.reload()
    first = page.locator("section[aria-labelledby=asked] a.who").first.get_attribute("href")
    assert first is not None
    become(page, first.rpartition("/")[2])
    card = page.locator(".waiting .card").filter(has_text=title[:-2])
    expect(card.locator(".why")).to_contain_text("Pourquoi vous")
    card.get_by_role("link", name="Répondre").click()
    page.get_by_label("Votre réponse").fill(answer)
    page.get_by_role("button", name="Répondre", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Merci")).to_be_visible()

    become(page, SOMEBODY)
    page.goto(address)
    page.get_by_role("button", name="Cela a résolu la question").click()
    expect(page.locator(".accepted-mark")).to_contain_text("Cela a résolu la question")

    sites.demo.settle()
    become(page, NEXT)
    look_for(page, title, script)
    found = page.locator(".lane-answers .hit").first
    expect(found).to_contain_text(title[:-2])
    expect(found).to_contain_text(answer[:18])
    found.get_by_role("link").first.click()
    expect(page.locator(".answer").first).to_contain_text(answer[:18])


def test_the_lanes_fill_while_typing_and_leave_with_the_words(visit: Visit) -> None:
    page = visit("leo-fabre")
    expect(page.locator("#lanes")).to_be_hidden()
    page.locator("#q").press_sequentially("rembourser mon billet de train")
    expect(page.locator("#lanes .hit").first).to_be_visible()
    expect(page.locator("[data-below]")).to_be_hidden()
    expect(page.locator("#aloud")).to_contain_text("réponses")
    page.locator("#q").fill("")
    expect(page.locator("#lanes")).to_be_hidden()
    expect(page.locator("[data-below]")).to_be_visible()


def test_the_keyboard_goes_to_the_box_through_the_hits_and_back(visit: Visit) -> None:
    page = visit("leo-fabre")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    expect(page.locator("#q")).to_have_value("")
    page.keyboard.type("rembourser mon billet de train")
    expect(page.locator("#lanes .hit").first).to_be_visible()
    titles = page.locator("#lanes .hit .title")
    page.keyboard.press("ArrowDown")
    expect(titles.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(titles.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#q")).to_have_value("")
    expect(page.locator("#lanes")).to_be_hidden()
    page.keyboard.type("rembourser mon billet de train")
    expect(titles.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/(questions|procedures|people)/"))


def test_typing_a_question_shows_beside_the_form_what_is_known_and_previews_it(visit: Visit) -> None:
    page = visit("leo-fabre", "/ask")
    page.get_by_label("Votre question").press_sequentially("Comment me faire rembourser un billet de train")
    expect(page.get_by_role("heading", name="C’est peut-être déjà là")).to_be_visible()
    page.get_by_label("Précisions").fill("**Urgent**")
    page.get_by_role("button", name="Aperçu").click()
    expect(page.locator(".preview strong")).to_have_text("Urgent")


def test_this_answers_me_ends_the_question(visit: Visit) -> None:
    page = visit("leo-fabre", "/ask?title=Je+suis+en+d%C3%A9placement+%3A+je+garde+mon+titre-restaurant+du+jour")
    page.get_by_role("button", name="Cela répond à ma question").first.click()
    expect(page.get_by_role("status").filter(has_text="C’est noté")).to_be_visible()


@pytest.mark.parametrize("script", [True, False])
def test_commenting_voting_and_passing_a_request_on(visit: Visit, script: bool) -> None:
    page = visit("nadia-benali", "/questions/q-fin-001", script=script)
    answer = page.locator(".answer").first
    before = answer.locator(".score").inner_text()
    answer.get_by_role("button", name="Utile", exact=True).click()
    expect(answer.locator(".score")).not_to_have_text(before)
    answer.get_by_role("button", name="Utile", exact=True).click()
    answer.get_by_text("Commenter").click()
    answer.get_by_label("Votre commentaire").fill("Merci beaucoup.")
    answer.get_by_role("button", name="Envoyer").click()
    expect(page.locator(".comments").first).to_contain_text("Merci beaucoup.")
    page.locator(".comments li").filter(has_text="Merci beaucoup.").get_by_role("link", name="supprimer").click()
    page.get_by_role("button", name="Supprimer").click()
    expect(page.get_by_role("status").filter(has_text="supprimé")).to_be_visible()


PASTE = """([field, content]) => {
  const bytes = Uint8Array.from(atob(content), (each) => each.charCodeAt(0)), given = new DataTransfer();
  given.items.add(new File([bytes], "image.png", { type: "image/png" }));
  document.querySelector(field).dispatchEvent(new ClipboardEvent("paste", { clipboardData: given, bubbles: true }));
}"""


@pytest.mark.parametrize("script", [True, False])
def test_a_picture_is_attached_to_an_answer(visit: Visit, script: bool) -> None:
    page = visit("nadia-benali", "/questions/q-fin-024", script=script)
    page.get_by_label("Votre réponse").fill("Comme ici :")
    form = page.locator(".answer-form")
    form.get_by_text("Joindre des images").click()
    file = {"name": "reçu.png", "mimeType": "image/png", "buffer": picture()}
    form.locator("input[type=file]").set_input_files([file])  # type: ignore[list-item]
    if script:
        expect(form.locator("[name=attached]")).to_have_count(1)
        page.evaluate(PASTE, ["#body", base64.b64encode(picture(7)).decode()])
        expect(form.locator("[name=attached]")).to_have_count(2)
        put = re.compile(r"!\[image\]\(/attachments/\w+/image.png\)")
        expect(page.get_by_label("Votre réponse")).to_have_value(put)
    form.get_by_role("button", name="Répondre").click()
    shown = page.locator(".answer").filter(has_text="Comme ici").last.locator("img[src^='/attachments/']")
    expect(shown).to_have_count(2 if script else 1)
    assert shown.first.evaluate("each => each.decode().then(() => each.naturalWidth)") == 1
    page.locator(".answer").filter(has_text="Comme ici").last.get_by_role("link", name="Supprimer").click()
    page.get_by_role("button", name="Supprimer").click()
