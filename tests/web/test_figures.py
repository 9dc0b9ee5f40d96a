"""The page of figures, its tables, its list to take along, and who may open it."""

from __future__ import annotations

from tests.people import COMMON, FINANCE
from tests.web.conftest import Town


def test_the_figures_of_a_space_are_told_and_taken_along(town: Town) -> None:
    page = town.client("bob").get(f"/figures?space={COMMON}").text
    assert "How it goes" in page and "<svg" in page and "Nobody is named" in page
    assert "style=" not in page.split("<main")[1]
    assert "Comment ça se passe" in town.client("bob", "fr").get("/figures").text
    taken = town.client("bob").get(f"/figures/export?space={COMMON}")
    assert taken.mimetype == "text/csv" and "Questions,,1" in taken.text


def test_what_is_looked_for_in_vain_is_heaped_and_made_a_question_with_one_click(town: Town) -> None:
    bob = town.client("bob")
    for typed in ("parking permit visitors", "visitors parking permit", "piano tuner wanted"):
        bob.get("/search", query_string={"q": typed})
    page = town.client("dora").get("/figures").text
    assert "Looked for in vain" in page and "2 searches" in page and "piano tuner wanted" not in page
    assert "/ask?title=parking+permit+visitors" in page
    assert "Looked for in vain" not in bob.get("/figures").text
    here = town.client("dora").get(f"/figures?space={COMMON}").text  # nearest to what stands there
    assert "/ask?title=parking+permit+visitors&amp;space=common" in here
    other = town.client("dora").get("/figures?space=partner")
    assert other.status_code == 200 and "Looked for in vain" not in other.text


def test_spaces_of_others_are_not_there_and_guests_have_no_figures(town: Town) -> None:
    assert town.client("bob").get(f"/figures?space={FINANCE}").status_code == 404
    assert town.client("charlie").get("/figures").status_code == 403
    assert "/figures" in town.client("bob").get("/spaces").text
    assert "/figures" not in town.client("charlie").get("/spaces").text
