"""`quisait register`: clauses from a table, and the map in a terminal."""

from __future__ import annotations

import json
from pathlib import Path

from kb.model import Procedure, Revision
from tests.people import COMMON
from tests.web.commands.conftest import Base, Run


def test_clauses_are_loaded_and_shown_with_who_answers_them(quisait: Run, base: Base, tmp_path: Path) -> None:
    with base.store.write() as tx:
        tx.procedures.put([Procedure("TRV-01", COMMON, satisfies=("Act 12", "Act 14"))])
        tx.procedures.add_revisions([Revision("TRV-01", "en", 1, "Travel")])
    table = tmp_path / "clauses.csv"
    table.write_text("reference,title\nAct 12,Keep\nAct 13,None\n,bad\n")
    status, out, err = quisait("register", "load", table)
    assert (status, out) == (1, "clauses: 2 added, 0 changed, 0 unchanged\n")
    assert err.startswith("clauses.csv:4: The reference is missing")
    status, out, err = quisait("register", "show", "--as", "erik@example.org")
    assert out.splitlines() == ["Act 12: TRV-01", "Act 13: nobody", "not in the map: Act 14 (TRV-01)"]
    assert err == "2 clauses, 1 nobody answers, 0 several answer.\n"
    told = json.loads(quisait("register", "show", "--as", "erik@example.org", "--json")[1])
    assert told["clauses"][0]["procedures"] == [{"key": "TRV-01", "duties": []}]
    status, _, err = quisait("register", "show", "--as", "bob@example.org")
    assert status == 1 and "compliance owners and administrators" in err
