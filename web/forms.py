"""What a form or an address holds, cleaned. What cannot be taken is Invalid with its field, never an exception page."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import SplitResult, parse_qs, urlsplit

from flask import request

from kb.errors import Invalid
from kb.rules import clean

QUERY_LIMIT = 2_000
ID_LIMIT = 200
_LAST_PAGE = 100


def query(name: str = "q") -> str:
    """The words in the box, on one line."""
    return " ".join(clean(name, request.args.get(name), QUERY_LIMIT).split())


def _referrer() -> SplitResult:
    """Where the browser says it comes from; nowhere, when that is no address."""
    try:
        return urlsplit(request.referrer or "")
    except ValueError:
        return urlsplit("")


def looked_for() -> str:
    """What the reader searched for when they came here from the results; "" when they came otherwise."""
    came = _referrer()
    if came.netloc != request.host or came.path not in ("/", "/search"):
        return ""
    return " ".join(parse_qs(came.query).get("q", [""])[0].split())[:QUERY_LIMIT]


def came_from() -> str:
    """The page of this site that led here; "" when none did, or this very one."""
    came = _referrer()
    here = came.netloc == request.host and came.path != request.path
    here = here and not came.path.startswith("//") and "\\" not in came.path
    return f"{came.path}?{came.query}".rstrip("?") if here else ""


def word(name: str) -> str:
    """A short value of the address or the form: an id, a choice."""
    return clean(name, request.values.get(name), ID_LIMIT)


def text(name: str) -> str:
    """What was typed, as it was typed: `kb` judges it, and the form shows it again."""
    return request.form.get(name, "")


def tags(name: str = "tags") -> list[str]:
    """Tags typed in one field, parted by commas or spaces."""
    return [each for each in re.split(r"[,;\s]+", text(name)) if each]


def days(name: str = "days") -> list[int]:
    """The days of the week that are ticked, by their ISO numbers."""
    return [int(each) for each in request.form.getlist(name) if each.isascii() and each.isdigit() and len(each) == 1]


def day(name: str) -> date:
    """A calendar day, as a date field sends it. Invalid when it is none."""
    found = optional_day(name)
    if found is None:
        raise Invalid(name, "This is no day. Write it like 2026-12-24.")
    return found


def optional_day(name: str) -> date | None:
    """A calendar day of the address or the form, None when the field is empty. Invalid when it is no day."""
    try:
        return date.fromisoformat(word(name)) if word(name) else None
    except ValueError:
        raise Invalid(name, "This is no day. Write it like 2026-12-24.") from None


def page() -> int:
    """The number of the page asked for, from 1."""
    given = request.args.get("page", "1")
    return max(1, min(int(given), _LAST_PAGE)) if given.isascii() and given.isdigit() and len(given) < 6 else 1


def local(address: str | None, otherwise: str) -> str:
    """`address` when it is one of this site, so that nobody is led elsewhere; `otherwise` if not."""
    if (
        not address
        or not address.startswith("/")
        or address[1:2] in {"/", "\\"}
        or re.search(r"[\x00-\x20\\]", address)
    ):
        return otherwise
    return address


def refuse_nul(*values: str) -> None:
    """Invalid when one of `values` holds what no keyboard makes (secrets and passwords are not cleaned)."""
    if any("\x00" in each for each in values):
        raise Invalid("password", "This holds a character that cannot be stored. Paste it as plain text.")
