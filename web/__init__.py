"""The site: server-rendered pages that work without JavaScript. `create_app` is where the parts meet.

    app = create_app(read_config(), store, finder)

A view is parse, one call, respond. Imports point one way: web -> indexer -> kb.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from indexer.finder import Finder
    from kb import Store
    from web.config import Config


def create_app(config: Config, store: Store, finder: Finder) -> Flask:
    """The whole site on one store and one finder, both shared by the threads that serve it.

    Imports inside, so that `import web` costs the command line nothing."""
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    from web import (  # fmt: skip
        acknowledgements,
        admin,
        admin_spaces,
        amendments,
        animating,
        api,
        appearance,
        approvals,
        ask,
        attachments,
        audit,
        auth,
        availability,
        bin,
        bookmarks,
        campaigns,
        catalogue,
        charters,
        clauses,
        compressing,
        coverage,
        current,
        drafts,
        drifts,
        duties,
        elsewhere,
        errors,
        external_documents,
        feeds,
        figures,
        first,
        following,
        guests,
        handover,
        health,
        help,
        home,
        hooks,
        inbox,
        installing,
        joining,
        mail,
        mapping,
        moderation,
        numbers,
        one_click,
        outcomes,
        patterns,
        people,
        posts,
        practices,
        procedures,
        questions,
        reading_lists,
        recognition,
        recommending,
        rendering,
        replies,
        retention,
        review_calendar,
        reviews,
        search,
        security,
        sites,
        spaces,
        starting,
        subjects,
        suggestions,
        tags,
        tasks,
        todo,
        typefaces,
        unsent,
        uses,
        writing,
    )
    from web.site import EXTENSION, Site

    app = Flask(__name__)
    app.secret_key = config.secret_key
    app.config.update(
        SESSION_COOKIE_NAME="quisait-page", SESSION_COOKIE_SAMESITE="Lax", SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=config.secure, TEMPLATES_AUTO_RELOAD=False,
    )  # fmt: skip
    app.extensions[EXTENSION] = Site(config, store, finder)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if config.proxies:
        n = config.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    catalogue.install(app, config.timezone, config.language)
    compressing.install(app)  # the last thing that happens to a page, so the first to be named
    errors.install(app)
    security.install(app)
    auth.install(app)
    rendering.install(app)
    asked = (home, search, ask, questions, posts, replies, one_click, outcomes, unsent, writing)
    kept = (bin, attachments, tags, moderation, following, feeds, suggestions, elsewhere, hooks)
    reading = (bookmarks, reading_lists, animating)
    keeping = (procedures, drafts, approvals, reviews, duties, charters, tasks, review_calendar)
    official = (*keeping, campaigns, acknowledgements, current, uses)
    practical = (practices, amendments, todo, starting, coverage)
    looks = (appearance, patterns, typefaces, help, installing)
    personal = (people, spaces, guests, joining, recognition, recommending, inbox, availability, subjects, mail)
    records = (audit, clauses, external_documents, drifts, retention, figures, handover, mapping)
    administration = (admin, admin_spaces, sites, numbers, health, first)
    for part in (*asked, *kept, *reading, *practical, *official, *personal, *records, *looks, *administration, api):
        app.register_blueprint(part.pages)
    return app
