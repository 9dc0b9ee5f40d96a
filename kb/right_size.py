"""Is a text short, and does it say who and what rather than how? Remarks for its writer, never a refusal.

A procedure is one page: what regulation asks. How it is done belongs in a practice. The signs of *how* are words that
guide a hand on a screen (click, menu, tab, field; a path like "Settings > Users") and lists of numbered steps below the
table; each remark quotes the sentence, so that the writer judges. How long a page may be, the space's charter says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kb.markdown import plain
from kb.model import Duty
from kb.official import Charter
from kb.rules_register import unlisted

QUOTED = 160
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+|\n+")
_ITEM = re.compile(r"^\s{0,3}\d{1,2}[.)]\s+\S", re.MULTILINE)
_MANY_ITEMS = 4
_SCREEN = re.compile(
    r"\b(?:cliqu(?:e|ez|er)|double[- ]cli\w+|bouton|onglets?|menus?|icônes?|case à cocher|cochez?|cocher|"
    r"saisi(?:r|ssez)|copier[- ]coller|glisser|déplie[rz]?|défile[rz]?|clavier|souris|capture d[’']écran|"
    r"clicks? (?:on|the)|button|tabs?|checkbox|tick the|drop[- ]?down|type in|copy and paste|drag|scroll|screenshot|"
    r"left-hand|right-hand|hover)\b",
    re.IGNORECASE,
)
_PATH = re.compile(r"\w[\w éèêàç'’-]{1,30} > \w[^>\n]{0,30} > \w")


class Size(StrEnum):
    """What a remark is about; `web/sentences.py` holds its sentence."""

    WORDS = "words"
    DUTIES = "duties"
    HOW = "how"
    STEPS = "steps"
    NO_ROLE = "no role"
    NO_RULE = "no rule"
    NO_CLAUSE = "no clause"
    NOT_LISTED = "not listed"


@dataclass(frozen=True, slots=True)
class Remark:
    """`step`: the duty it is about (several: "3, 5"; "": the rest of the text); `text`: the words it is about;
    `paragraph`: the number of the paragraph of the essentials that could be moved (0: none)."""

    about: Size
    step: str = ""
    text: str = ""
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a text is beside what its space allows, and what is worth another look."""

    words: int
    words_allowed: int
    duties: int
    duties_allowed: int
    remarks: tuple[Remark, ...]

    @property
    def fits(self) -> bool:
        return not self.remarks


def measure(
    summary: str, duties: Sequence[Duty], body: str, charter: Charter, satisfies: Collection[str],
    known: Collection[str] = (),
) -> Measure:  # fmt: skip
    """The measure of a text of a procedure that is said to satisfy these clauses. `known`: the keys of all clauses of
    the register; empty where there is none yet, and no rule is looked up."""
    words = sum(map(count, (plain(summary), plain(body), *(f"{each.role} {each.what}" for each in duties))))
    remarks = [Remark(Size.WORDS)] if words > charter.words else []
    if len(duties) > charter.duties:
        remarks.append(Remark(Size.DUTIES))
    for each in duties:
        remarks += _of_duty(each)
    remarks += _without_clause(duties, known) if known else ()
    if not satisfies:
        remarks.append(Remark(Size.NO_CLAUSE))
    remarks += [Remark(Size.HOW, "", sentence) for sentence in how(plain(summary))]
    for place, part in enumerate(paragraphs(body), 1):
        if len(_ITEM.findall(part)) >= _MANY_ITEMS:
            remarks.append(Remark(Size.STEPS, "", "", place))
        else:
            remarks += [Remark(Size.HOW, "", sentence, place) for sentence in how(part)]
    return Measure(words, charter.words, len(duties), charter.duties, tuple(remarks))


def paragraphs(body: str) -> list[str]:
    """The parts of a text between blank lines; a code block is one."""
    parts: list[str] = []
    fenced = False
    for line in body.split("\n"):
        if line.strip() or fenced:
            parts[-1:] = [f"{parts[-1]}\n{line}"] if parts and parts[-1] else [line]
        elif parts and parts[-1]:
            parts.append("")
        fenced ^= line.lstrip().startswith(("```", "~~~"))
    return [each for each in parts if each]


def count(text: str) -> int:
    """How many words a text has."""
    return len(_WORD.findall(text))


def how(text: str) -> Iterator[str]:
    """The sentences that guide a hand rather than say who does what."""
    for sentence in _SENTENCE.split(text):
        if _SCREEN.search(sentence) or _PATH.search(sentence):
            quoted = plain(sentence).strip()
            yield quoted if len(quoted) <= QUOTED else f"{quoted[: QUOTED - 1].rstrip()}…"


def _without_clause(duties: Sequence[Duty], known: Collection[str]) -> Iterator[Remark]:
    """Each rule that no clause of the register is known by, with the duties that name it."""
    steps: dict[str, list[str]] = {}
    for duty in duties:
        for reference in unlisted(duty.rule, known):
            steps.setdefault(reference, []).append(duty.step)
    for reference, named in steps.items():
        yield Remark(Size.NOT_LISTED, ", ".join(filter(None, named)), reference)


def _of_duty(duty: Duty) -> Iterator[Remark]:
    if not duty.role.strip():
        yield Remark(Size.NO_ROLE, duty.step, duty.what)
    if not duty.rule.strip():
        yield Remark(Size.NO_RULE, duty.step, duty.what)
    for sentence in how(duty.what):
        yield Remark(Size.HOW, duty.step, sentence)
