"""For several processes: `gunicorn "web.wsgi:application()" --threads 4`, and `quisait worker` beside it.

Settings come from the environment as ever. The index is opened to be read only; `quisait worker` (one is enough, more
do no harm) keeps it up to date and invites people.
"""

from __future__ import annotations

import atexit
import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def application() -> Flask:
    """The site on the configured knowledge base."""
    from web import opening
    from web.config import read_config
    from web.reading import write_readings

    log = logging.getLogger("quisait")
    config = read_config()
    store = opening.open_store(config)
    encoder = opening.open_encoder(config, log.warning)
    site = opening.open_site(config, store, opening.open_finder(config, store, encoder))
    atexit.register(write_readings, site)
    return site
