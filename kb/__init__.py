"""The domain: people, spaces, procedures, questions, answers, evidence, and where they are kept.

    store = kb.Store("sqlite:///kb.sqlite")
    question = kb.questions.ask(store, person, space="common", title="Comment réserver un train ?")

Every use case takes the store and the person who acts, writes its change and a row of the change log in one
transaction, and returns records. Nothing here knows that an index or a web site exists. Storage is loaded when it is
first asked for: `quisait --help` needs no database.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.storage import Store, Transaction

__all__ = ["Store", "Transaction"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from kb import storage

        return getattr(storage, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
