"""What filters do to a text that a page shows."""

from __future__ import annotations

from markupsafe import Markup, escape

from web.rendering import held


def test_no_line_is_broken_inside_french_punctuation_and_nothing_is_escaped_twice() -> None:
    assert held("Qui sait ?") == "Qui sait\u00a0?" and held("« oui » : non") == "«\u00a0oui\u00a0»\u00a0: non"
    said = held(escape("l'accueil <b> ?"))
    assert isinstance(said, Markup) and said == "l&#39;accueil &lt;b&gt;\u00a0?"
    assert not isinstance(held("<script> ?"), Markup)
