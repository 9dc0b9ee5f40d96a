"""Sites lent to one test after the other: making one takes as long as five pages, most of it for its addresses.

Nothing is kept in a site but what `lend` sets anew, so a test finds it as if it were its own.
"""

from __future__ import annotations

from collections import defaultdict

from flask import Flask

from indexer.finder import Finder
from kb import Store
from web.config import Config
from web.opening import open_site
from web.site import EXTENSION, Site

_FREE: defaultdict[tuple[object, ...], list[Flask]] = defaultdict(list)
_LENT: list[tuple[tuple[object, ...], Flask]] = []


def lend(config: Config, store: Store, finder: Finder) -> Flask:
    """A site, until `take_back`."""
    made_for = (config.timezone, config.language, config.secure, config.proxies, config.secret_key)
    app = _FREE[made_for].pop() if _FREE[made_for] else open_site(config, store, finder)
    app.extensions.pop("quisait readings", None)
    app.extensions[EXTENSION] = Site(config, store, finder)
    _LENT.append((made_for, app))
    return app


def take_back() -> None:
    """What was lent is free for the next test."""
    while _LENT:
        made_for, app = _LENT.pop()
        _FREE[made_for].append(app)
