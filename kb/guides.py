"""What a space asks for: a guide for questions and one for answers, set by those who keep it, and the clinic.

The clinic looks at a question before it is posted: when it is too short to be answered well, its asker is shown what
would help, once, before anybody is disturbed. It is never demanded: sent again, the question is posted as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from kb.errors import NotFound
from kb.model import Person
from kb.permissions import Action, require, visible_spaces
from kb.rules import COMMENT_LIMIT, clean
from kb.storage import Store, Transaction

FEW, SOME = 5, 12  # words of a whole question; of one whose title says hardly anything
_VAGUE = re.compile(
    r"(une |a |quick |petite )?(aide|help|question|probl[eè]me?|problem|issue|urgent|bug|souci|info(s|rmation)?|"
    r"erreur|error|besoin d.aide|need help|please help|au secours|bonjour|hello|hi)( \w+)?\W*", re.I,
)  # fmt: skip
_WORD, _ADDRESS = re.compile(r"\w+(?:['’-]\w+)*"), re.compile(r"https?://\S+")


class Lack(StrEnum):
    """What would help colleagues to answer."""

    SHORT = "short"
    VAGUE = "vague"
    LINK = "link"
    SHOUTED = "shouted"
    SEVERAL = "several"
    GUIDE = "guide"


@dataclass(frozen=True, slots=True)
class Guides:
    """Markdown, "" where there is none; `clinic`: whether poor questions are looked at with their asker."""

    ask: str = ""
    answer: str = ""
    clinic: bool = True


def of_space(store: Store, reader: Person, space: str) -> Guides:
    """The guides of a space. NotFound when it is not the reader's to know of."""
    if space not in visible_spaces(reader):
        raise NotFound("space", space)
    with store.read() as tx:
        return _of(tx, space)


def choose(store: Store, keeper: Person, space: str, ask: str, answer: str, clinic: bool) -> Guides:
    """Set them. Forbidden for whoever does not keep the space."""
    made = Guides(clean("ask", ask, COMMENT_LIMIT), clean("answer", answer, COMMENT_LIMIT), clinic)
    with store.write() as tx:
        require(keeper, Action.MANAGE, tx.spaces.get(space))
        tx.settings.set(_name(space), {"ask": made.ask, "answer": made.answer, "clinic": clinic})
        tx.changes.add("set", "setting", _name(space), keeper.id)
    return made


def lacking(title: str, body: str, guide: str = "") -> tuple[Lack, ...]:
    """What a question lacks, the gravest first; nothing for one that can be answered."""
    title, body = " ".join(title.split()), body.strip()
    own = _beyond(body, guide)
    words = len(_WORD.findall(title)) + len(_WORD.findall(_ADDRESS.sub("", own)))
    found: list[Lack] = []
    if body and not own:
        found.append(Lack.GUIDE)
    if _VAGUE.fullmatch(title) and words < SOME:
        found.append(Lack.VAGUE)
    elif words < FEW and _ADDRESS.search(f"{title} {own}"):
        found.append(Lack.LINK)
    elif words < FEW:
        found.append(Lack.SHORT)
    letters = [each for each in title if each.isalpha()]
    if len(letters) > 12 and sum(each.isupper() for each in letters) > 0.8 * len(letters):
        found.append(Lack.SHOUTED)
    if f"{title} {own}".count("?") > 4:
        found.append(Lack.SEVERAL)
    return tuple(found)


def _beyond(body: str, guide: str) -> str:
    """What stands in the body that is not the guide's."""
    given = {line.strip() for line in guide.splitlines()}
    return "\n".join(line for line in body.splitlines() if line.strip() not in given).strip()


def _of(tx: Transaction, space: str) -> Guides:
    kept = tx.settings.find(_name(space))
    if not isinstance(kept, dict):
        return Guides()
    return Guides(str(kept.get("ask", "")), str(kept.get("answer", "")), bool(kept.get("clinic", True)))


def _name(space: str) -> str:
    return f"guides {space}"
