"""What helps while writing Markdown: the text as it will look, names of colleagues after "@", keys of procedures.

Each is a fragment of HTML that the script puts beside the field; without script the field is a plain one.
"""

from __future__ import annotations

from flask import Blueprint, render_template

import kb.people
import kb.procedures
from kb.rules import BODY_LIMIT, slug
from web.addresses import person_url, procedure_url
from web.catalogue import language
from web.forms import text, word
from web.people import alphabetically, spelt
from web.site import reader, store

pages = Blueprint("writing", __name__, url_prefix="/writing")
MOST = 6


@pages.post("/preview")
def preview() -> str:
    return render_template("writing_preview.html", text=text("body")[:BODY_LIMIT])


@pages.get("/names")
def names() -> str:
    """Colleagues whom the writer may know of, by the beginning of a part of their name."""
    typed = slug(word("q"))
    known = alphabetically(kb.people.directory(store(), reader()))
    fitting = [each for each in known if typed and any(part.startswith(typed) for part in _parts(each.name))]
    options = [(each.name, each.unit, f"[@{_plain(each.name)}]({person_url(each.id)})") for each in fitting[:MOST]]
    return render_template("writing_options.html", options=options)


@pages.get("/procedures")
def procedures() -> str:
    """Procedures that the writer may read, by the beginning of their key."""
    typed = word("q").casefold()
    fitting = [each for each in kb.procedures.readable(store(), reader()) if each.key.casefold().startswith(typed)]
    options = []
    for each in fitting[: MOST if typed else 0]:
        title = each.revision(language()).title
        options.append((each.key, title, f"[{each.key} {_plain(title)}]({procedure_url(each.key)})"))
    return render_template("writing_options.html", options=options)


def _parts(name: str) -> tuple[str, ...]:
    """A name from each of its words on: "Claire Vasseur" is found by "cla" and by "vas"."""
    words = spelt(name).split("-")
    return tuple("-".join(words[n:]) for n in range(len(words)))


def _plain(words: str) -> str:
    """Words that end no link of Markdown."""
    return words.replace("[", "(").replace("]", ")")
