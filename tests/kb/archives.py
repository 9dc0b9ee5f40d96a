"""A knowledge base with something in every table, and its archive looked into and changed."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from kb import Store, accounts, availability, mail, questions, sites, subjects
from kb.advice import (
    Amendment,
    AmendmentStatus,
    Confirmation,
    Help,
    Practice,
    PracticeEdit,
    Task,
    TaskKind,
    Verdict,
    Verified,
)
from kb.model import Audience, Duty, NoticeKind, Procedure, Revision
from kb.official import Acknowledgement, Approval, Approver, Campaign, Charter, Decision, Release
from kb.outbox import MailChoice
from kb.records import Drift, DriftDecision
from kb.routing import SubjectUse
from kb.storage import rows
from tests import living, people, records
from tests.people import COMMON, FINANCE, PARTNER, START, Clock


def live_a_little(store: Store, clock: Clock) -> None:
    """Something in every table."""
    people.settle(store)
    alice, bob, dora = (people.get(store, id) for id in ("alice", "bob", "dora"))
    charlie = people.get(store, "charlie")
    first = questions.ask(
        store, alice, COMMON, "Où réserver un œuvre « déjà » payée ? 🚆", "Ligne\n\nligne", ["é", "a"], id="z"
    )
    later = questions.ask(store, bob, COMMON, "Où réserver ?", id="A-before-z")
    questions.ask(store, charlie, PARTNER, "Shared?", language="en", id="a")
    clock.forward(seconds=1.000001)
    given = questions.answer(store, bob, first.id, "Au *guichet*.")
    questions.vote(store, dora, first.id, None, -1)
    questions.vote(store, dora, first.id, given.id, 1)
    questions.accept(store, alice, first.id, given.id)
    questions.comment(store, dora, first.id, "Merci", given.id)
    questions.edit_answer(store, bob, given.id, "À la gare.")
    questions.close_as_duplicate(store, dora, later.id, first.id)
    people.routed(store, questions.ask(store, alice, COMMON, "Encore ?"), "dora", wide=["bob"])
    subjects.choose(store, bob, "bob", {"é": SubjectUse.NEITHER})
    accounts.set_password(store, alice, "correct horse battery")
    accounts.issue_token(store, alice, "API")
    sites.put(store, people.get(store, "erik"), "Lyon", "Europe/Paris", [1, 2], "8:00", "17:00", "2026-12-25 Noël")
    availability.choose(store, bob, "bob", [1], "12:00", "14:00", "1", "")
    availability.be_away(store, bob, "bob", date(2026, 12, 1), date(2026, 12, 2))
    since = mail.begin(store)
    mail.choose(store, bob, "bob", {NoticeKind.ACCEPTED: MailChoice.NOW}, "fr")
    questions.comment(store, bob, first.id, "Encore")
    clock.forward(days=1)
    assert mail.plan(store, since) and mail.gather(store)
    with store.write() as tx:
        tx.procedures.put([Procedure("FIN-1", FINANCE, "alice", "bob", satisfies=("SOX",), review_months=12)])
        duty = Duty("1", "acheteur", "envoie")
        tx.practices.put([Practice("p1", COMMON, "Réserver", "À la gare.", authors=("bob",), answers=(given.id,),
                                   helps=(Help("FIN-1", "1"),), keeper="dora", verifier="dora", verified=tx.now,
                                   until=date(2027, 1, 2))])  # fmt: skip
        tx.confirmations.put(Confirmation("c1", "alice", "p1", None, Verdict.WORKS, "Finance", "", tx.now, tx.now))
        tx.verifications.put(Verified(given.id, "dora", tx.now, date(2027, 5, 1)))
        tx.confirmations.put(Confirmation("c2", "dora", None, given.id, Verdict.DANGEROUS, "", "!", tx.now, tx.now))
        proposed = (Duty("1", "Acheteur", "Achète"),)
        tx.amendments.put(Amendment("m1", "p1", "FIN-1", "fr", 1, proposed, "!", "bob", tx.now,
                                    AmendmentStatus.DECLINED, "dora", tx.now, "Non", None))  # fmt: skip
        tx.progress.set("bob", "procedure FIN-1", True)
        tx.arrangements.set("bob", ["mine", "-recent"])
        tx.coverage.add_miss("FIN-1", "où acheter ?")
        tx.coverage.put_report(COMMON, {"FIN-1": [[first.id]]})
        tx.tasks.add(Task("t1", "dora", TaskKind.DOUBTED, "practice", "p1", {}, "alice", tx.now, tx.now))
        tx.drifts.put([Drift("d1", "FIN-1", FINANCE, "fr", "1", "practice", "p1", "x", "time", "1", tx.now,
                             DriftDecision.NO_CONFLICT, "bob", tx.now, "Vu")])  # fmt: skip
        tx.practices.add_edit(PracticeEdit("e1", "p1", "Avant", "Corps", "bob", tx.now))
        tx.procedures.add_revisions([Revision("FIN-1", "fr", 1, "Achats", "but", "corps", (duty,), ("achat",))])
        tx.procedures.put([Procedure("FIN-0", FINANCE, successor="FIN-1", audience=Audience(("acheteur",), ("Été",)))])
        said = Acknowledgement("said", "FIN-1", "FIN-1@fr.1", "alice", "0" * 64, True, tx.now)
        tx.campaigns.add(Campaign("campaign", "FIN-1", START.date(), 30, people=("alice",), created=tx.now))
        tx.acknowledgements.add(said)
        tx.releases.add(Release("release", FINANCE, ("FIN-1@fr.1",), "alice", tx.now))
        tx.procedures.add_reading("FIN-1", "1", START.date())
        tx.reviews.add("FIN-1", "alice", "Toujours juste")
        tx.charters.put(Charter(FINANCE, (Approver("dora", 2, "Direction"),)))
        tx.approvals.add(Approval("v", "FIN-1@fr.1", "dora", 2, "", Decision.REFUSED, "Où ?", "0" * 64, START))
        tx.settings.set("organisation", {"name": "Été", "n": 1.0, "none": None})
        tx.settings.set("nothing", None)
        tx.secrets.add_attempt("address", accounts.WINDOW)
    records.keep(store)
    living.keep(store)


def content(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every table of an archive but for the moment of its export and the trail of what was done."""
    with closing(sqlite3.connect(file)) as archive:
        names = [
            name for (name,) in archive.execute("select name from sqlite_master where type = 'table' order by name")
        ]
        found = {name: archive.execute(f"select * from [{name}]").fetchall() for name in names}
    found["quisait"] = [row for row in found["quisait"] if row[0] != "exported"]
    for name in ("audit", "audit_head"):  # an export and an import are written down: see test_audit
        del found[name]
    found["quisait_table"] = [row for row in found["quisait_table"] if row[0] not in ("audit", "audit_head")]
    return {name: sorted(held, key=repr) for name, held in found.items()}


def change(file: Path, *statements: str, honest: bool = False) -> None:
    """Change an archive behind its back; `honest` makes counts and hashes fit again, as a forger would."""
    with closing(sqlite3.connect(file)) as archive:
        for statement in statements:
            archive.execute(statement)
        if honest:
            keys = {shape.name: ", ".join(f"[{each}]" for each in shape.key) for shape in rows.shapes()}
            for name, columns in archive.execute("select name, columns from quisait_table").fetchall():
                chosen = ", ".join(f"[{each}]" for each in json.loads(columns))
                found = archive.execute(f"select {chosen} from [{name}] order by {keys[name]}").fetchall()
                lines = "".join(
                    json.dumps(list(row), ensure_ascii=False, separators=(",", ":")) + "\n" for row in found
                )
                sha256 = hashlib.sha256(lines.encode()).hexdigest()
                archive.execute(
                    "update quisait_table set rows = ?, sha256 = ? where name = ?", [len(found), sha256, name]
                )
        archive.commit()
