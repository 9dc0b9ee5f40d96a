"""Checks the audit trail of a proof pack, and that each approval in it was recorded. It goes into the pack as check.py,
needs Python 3.8 or later and nothing else, and is short so that it can be read before it is run:

    python3 check.py
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from pathlib import Path

HERE = Path(__file__).parent
SAID = ("at", "actor", "action", "kind", "id", "space", "detail", "salt")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def main() -> int:
    """0 when all is well; 1, with a line for each fault, when not."""
    faults, before, count, approved = [], "0" * 64, 0, set()
    with (HERE / "audit.jsonl").open(encoding="utf-8") as lines:
        for count, line in enumerate(lines, 1):
            entry = json.loads(line)
            digest = entry.get("digest")
            if digest is None:
                said = {name: entry[name] for name in SAID}
                digest = sha256(json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")))
                if entry["action"] == "approve":
                    approved.add((entry["id"], entry["detail"]["revision"], entry["actor"], entry["detail"]["sha256"]))
            if entry["number"] != count or entry["previous"] != before:
                faults.append(f"entry {entry['number']} does not follow the one before it")
            if entry["hash"] != sha256(f"{entry['number']}\n{entry['previous']}\n{digest}\n"):
                faults.append(f"entry {entry['number']} was altered")
            before = entry["hash"]
    if (HERE / "HEAD").read_text(encoding="utf-8").split() != [str(count), before]:
        faults.append("HEAD is not the number and the hash of the last entry")
    with (HERE / "approvals.csv").open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            given = (row["procedure"], row["revision"], row["person"], row["sha256"])
            if row["decision"] == "approved" and given not in approved:
                faults.append(f"no entry for the approval of {row['procedure']} {row['revision']} by {row['person']}")
    for fault in faults:
        print(fault)
    print(f"{count} entries, head {before}: " + ("not sound" if faults else "sound"))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
