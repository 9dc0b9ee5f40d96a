"""Tags: all of them, a page each with what is known about it, completion while typing, words that mean the same."""

from __future__ import annotations

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

import kb.practices
import kb.questions
import kb.tags
from kb.errors import Invalid
from kb.permissions import visible_spaces
from kb.rules import clean
from kb.tags import Tag, keeps_tags
from web.addresses import tag_url
from web.catalogue import _, ngettext
from web.forms import local, text, word
from web.forms import page as page_number
from web.home import authors
from web.site import beside, finder, reader, store

pages = Blueprint("tags", __name__)
SIZE, SHOWN, SUGGESTED, LIMIT = 20, 5, 12, 60


@pages.get("/tags")
def index() -> str:
    return _index(None)


@pages.get("/tag-completions")
def complete() -> str:
    """Options for the script: each is all that was typed with its last word made a tag."""
    typed = clean("q", request.args.get("q"), 300)
    kept, _space, begun = typed.rpartition(" ")
    taken = set(kept.split())
    found = [each for each in kb.tags.completions(store(), reader(), begun) if each.name not in taken]
    return render_template("tag_options.html", kept=f"{kept} " if kept else "", tags=found)


@pages.get("/tags/<tag>")
def page(tag: str) -> AnyResponse:
    """What is known about a tag; a word that means another leads there."""
    tag = clean("tag", tag, LIMIT)
    name = kb.tags.meant(store(), reader(), tag)
    if name != tag:
        return redirect(tag_url(name), 303)
    number, me = page_number(), reader()
    listed = kb.questions.readable(store(), me, tag=tag, limit=SIZE + 1, offset=(number - 1) * SIZE)
    shown = list(listed[:SIZE])
    words = tag.replace("-", " ")
    tagged = beside(lambda: finder().search(f'tag:"{tag}" kind:procedure', me, size=SHOWN)).procedures
    found = beside(lambda: finder().find(words, me, tags=(tag,), limit=SHOWN))
    known = {each.key for each in tagged}
    with store().read() as tx:
        near = tx.questions.tags_beside(tag, visible_spaces(me), 2 * SHOWN)
    return make_response(
        render_template(
            "tag.html", tag=kb.tags.named(store(), me, tag) or Tag(tag, 0), questions=shown, names=authors(shown),
            number=number, more=len(listed) > SIZE, near=near,
            procedures=[*tagged, *(each for each in found.procedures if each.key not in known)][:SHOWN],
            practices=[each for each in kb.practices.readable(store(), me) if tag in each.tags],
            people=found.people if shown else (), keeps=keeps_tags(me),
        )
    )  # fmt: skip


@pages.get("/same-tags")
def same() -> str:
    return _index(None, finding=True)


@pages.post("/same-tags")
def decide() -> AnyResponse:
    """One word means another (`merge`), two are apart (`apart`), or a word means itself again (`split`)."""
    one, other = word("word"), word("tag")
    try:
        if text("apart"):
            kb.tags.keep_apart(store(), reader(), one, other)
            flash(_("Noted: these two are not suggested again."))
        elif text("split"):
            kb.tags.split(store(), reader(), one)
            flash(_("“%(word)s” is a tag of its own again, for what is written from now on.", word=one))
        else:
            many = kb.tags.merge(store(), reader(), one, other)
            meaning = _("“%(word)s” means “%(tag)s” now.", word=one, tag=other)
            borne = ngettext("%(num)d post bears it now.", "%(num)d posts bear it now.", many)
            flash(f"{meaning} {borne}")
    except Invalid as error:
        return make_response(_index(error), 422)
    return redirect(local(text("next"), url_for("tags.index")), 303)


def tag_named(words: str) -> Tag | None:
    """For templates: the tag that a search says, itself or by another word."""
    return kb.tags.named(store(), reader(), words) if words and len(words) <= LIMIT else None


def _index(error: Invalid | None, finding: bool = False) -> str:
    tags, keeps = kb.tags.readable(store(), reader()), keeps_tags(reader())
    names = [each.name for each in tags]
    alike = finder().alike(names, reader(), SUGGESTED, kb.tags.apart(store())) if finding and keeps else ()
    return render_template(
        "tags.html", tags=tags, counts={each.name: each.questions for each in tags}, keeps=keeps, alike=alike,
        finding=finding, error=error, form={"word": text("word"), "tag": text("tag")},
    )  # fmt: skip
