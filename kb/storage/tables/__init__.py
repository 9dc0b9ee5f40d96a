"""The whole schema, a module for each part of the house. Migrations (`migrations.py`) lead here; both databases hold
the same tables.

Text ids everywhere but for the change log and the jobs, which are numbered. Moments are `UtcDateTime`: aware UTC in
Python, ISO text in SQLite, `timestamptz` in PostgreSQL. Lists of words are JSON.
"""

# ruff: noqa: F403 - every table of every part, so that who reads `tables.person` need not know where it stands
from kb.storage.tables.columns import *
from kb.storage.tables.log import *
from kb.storage.tables.official import *
from kb.storage.tables.people import *
from kb.storage.tables.routing import *
from kb.storage.tables.threads import *
