"""Words side by side: on the left what was taken out, on the right what came in."""

from __future__ import annotations

import difflib
import re

from markupsafe import Markup


def sides(before: str, after: str) -> tuple[Markup, Markup]:
    """Both texts word by word: what only the first has in `<del>`, what only the second has in `<ins>`."""
    old, new = re.findall(r"\s+|[^\s]+", before), re.findall(r"\s+|[^\s]+", after)
    left, right = [], []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        taken, came = "".join(old[i:j]), "".join(new[k:m])
        left.append(Markup("{}" if kind == "equal" or not taken.strip() else "<del>{}</del>").format(taken))
        right.append(Markup("{}" if kind == "equal" or not came.strip() else "<ins>{}</ins>").format(came))
    return Markup("").join(left), Markup("").join(right)
