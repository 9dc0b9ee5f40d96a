"""The one tree of errors. Each says in a sentence what happened and what to do, and carries the id it is about.

Drivers' errors never leave `kb.storage`: they become one of these. `web` maps them once: NotFound 404, Forbidden 403,
Invalid 422 beside its field, Conflict 409, Unavailable 503.
"""

from __future__ import annotations


class KnowledgeError(Exception):
    """Base of every error the knowledge base raises on purpose; `str()` is fit to be shown to a person."""


class NotFound(KnowledgeError):
    """Nothing by that id, or nothing this person may know of (the two are told apart by nobody)."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"There is no {kind} {id!r}.")
        self.kind = kind
        self.id = id


class Forbidden(KnowledgeError):
    """The person is known, the thing is readable, but the action is not theirs; `why` says it better where it can."""

    def __init__(self, action: str, kind: str, id: str, why: str = "") -> None:
        super().__init__(why or f"You may not {action} this {kind}.")
        self.action = action
        self.why = why
        self.kind = kind
        self.id = id


class Invalid(KnowledgeError):
    """What a person typed cannot be taken: `field` names where, `code` the message to translate, `values` its words."""

    def __init__(self, field: str, message: str, **values: object) -> None:
        super().__init__(message % values if values else message)
        self.field = field
        self.message = message
        self.values = values


class Conflict(KnowledgeError):
    """The same thing exists already, or changed meanwhile."""


class Unavailable(KnowledgeError):
    """The database cannot be reached, is locked for too long, is full, or is damaged."""


class Unreadable(KnowledgeError):
    """A file given to be loaded or imported is not what it says it is."""
