"""The *archive*: the whole knowledge base as one open SQLite file: backup, move between databases, reading in
Datasette.

It holds people, spaces, procedures, the living layer, routes, settings and the change log, with keys, references,
indexes and full-text search. Secrets never leave: no password hash, session, token, link or try at signing in is in it,
nor the jobs of this machine. Who has an account is in it; after an import everybody chooses a password anew, by a link
of the administrator.

    export_archive(store, Path("kb.archive.sqlite"))
    import_archive(other, Path("kb.archive.sqlite"))     # into an empty knowledge base, on either database
"""

from kb.archive.format import Counts, Progress
from kb.archive.reading import import_archive
from kb.archive.writing import export_archive

__all__ = ["Counts", "Progress", "export_archive", "import_archive"]
