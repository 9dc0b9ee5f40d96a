"""What filters do to a text that a page shows."""

from __future__ import annotations

from datetime import date

from markupsafe import Markup, escape

from tests.web.conftest import Town
from web.catalogue import day_text
from web.rendering import held, markdown, marked


def test_no_line_is_broken_inside_french_punctuation_and_nothing_is_escaped_twice() -> None:
    assert held("Qui sait ?") == "Qui sait\u00a0?" and held("« oui » : non") == "«\u00a0oui\u00a0»\u00a0: non"
    said = held(escape("l'accueil <b> ?"))
    assert isinstance(said, Markup) and said == "l&#39;accueil &lt;b&gt;\u00a0?"
    assert not isinstance(held("<script> ?"), Markup)


def test_what_people_write_is_not_broken_before_a_colon_and_code_stays_as_it_is() -> None:
    assert markdown("Dans **SNCF** : *passés* ?") == "<p>Dans <strong>SNCF</strong>\u00a0: <em>passés</em>\u00a0?</p>"
    assert "<code>a ? b : c</code>" in markdown("`a ? b : c`") and "x ; y" in markdown("    x ; y")


def test_an_excerpt_keeps_no_space_before_a_comma_where_bold_words_ended() -> None:
    assert marked("\ue000after\ue001 , then.  See .md and 3 , 5 .") == "<mark>after</mark>, then.  See .md and 3, 5."


def test_the_first_of_a_month_is_written_as_french_writes_it(town: Town) -> None:
    with town.app.test_request_context(headers={"Accept-Language": "fr"}):
        assert [day_text(date(2026, 10, each)) for each in (1, 11, 21)] == [
            "1er octobre 2026", "11 octobre 2026", "21 octobre 2026",
        ]  # fmt: skip
    with town.app.test_request_context(headers={"Accept-Language": "en"}):
        assert day_text(date(2026, 10, 1)) == "1 October 2026"
