"""Pages go out small: text is packed with Brotli or gzip, whichever the browser takes; what never changes, once.

Forms here hold no secret that a stranger could guess bit by bit from lengths: cross-site posts are refused by what the
browser says of them, not by a token in the page.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

import brotli
from flask import Flask, Response, request

SMALLEST = 600  # bytes: below, packing gains nothing
_PACKED = ("text/", "application/json", "application/problem+json", "image/svg+xml", "application/manifest+json",
           "application/opensearchdescription+xml", "application/atom+xml", "application/x-suggestions+json",
           "application/javascript")  # fmt: skip


def install(app: Flask) -> None:
    app.after_request(pack)


def pack(response: Response) -> Response:
    if not (response.content_type or "").startswith(_PACKED):
        return response
    response.vary.add("Accept-Encoding")
    how = request.accept_encodings.best_match(["br", "gzip"])
    if how is None or response.status_code in (206, 304) or "Content-Encoding" in response.headers:
        return response
    response.direct_passthrough = False
    whole = response.get_data()
    if len(whole) < SMALLEST:
        return response
    lasting = request.endpoint == "static"
    response.set_data(_kept(whole, how) if lasting else _pack(whole, how, 5))
    response.headers["Content-Encoding"] = how
    etag, _weak = response.get_etag()
    if etag:
        response.set_etag(f"{etag}-{how}")
        response.make_conditional(request)
    return response


@lru_cache(maxsize=64)
def _kept(whole: bytes, how: str) -> bytes:
    return _pack(whole, how, 11)


def _pack(whole: bytes, how: str, hard: int) -> bytes:
    return brotli.compress(whole, quality=hard) if how == "br" else gzip.compress(whole, min(hard, 9), mtime=0)
