"""From rows to what a person reads: titles, excerpts with the matched words marked, and reasons that are facts.

A reason is made of the parts that moved the score, strongest first, and points to something the reader may open: it is
built from the same masked columns that were ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import numpy as np

from indexer.catalogue import KINDS, LANES, Catalogue
from indexer.experts import Candidates
from indexer.hits import MARK_CLOSE, MARK_OPEN, AnswerHit, ProcedureHit, Reason, ReasonKind
from indexer.lexical import LexicalIndex
from indexer.passages import PRACTICE, VERIFIER, Passage
from indexer.pipeline import KEY_BONUS, Question, Run
from indexer.store import IndexStore
from kb.model import Person

EXCERPT = 240
SAYS_MEANING, SAYS_WORDS = 1.5, 1.0  # standard deviations from which a part is worth telling
MOST_REASONS = 4
MOST_WORDS = 5
_ANSWERS = LANES.index("answers")
_ANSWER, _PRACTICE, _QUESTION = KINDS.index("answer"), KINDS.index("practice"), KINDS.index("question")


class Showing:
    """Shows the runs of one question: each hit with an excerpt and its reasons, `briefly` by its title alone. Texts are
    read once, when first asked for."""

    def __init__(
        self, index: IndexStore, words: LexicalIndex, catalogue: Catalogue, question: Question, text: str,
        briefly: bool = False,
    ) -> None:  # fmt: skip
        self._index, self._words, self._catalogue, self._question, self._text = index, words, catalogue, question, text
        self._briefly = briefly
        self._read: dict[int, Passage] = {}

    def procedures(self, run: Run) -> tuple[ProcedureHit, ...]:
        """The procedures of a run; those removed meanwhile are left out."""
        shown = self._with_texts(run.rows)
        hits = []
        for place, row in enumerate(run.rows):
            if (passage := shown.get(int(row))) is None:
                continue
            excerpt = self._excerpt(passage)
            duty = passage.part.partition("/")[2] if passage.kind == "duty" else None
            hits.append(
                ProcedureHit(
                    passage.document, passage.title, passage.language, excerpt, float(run.score[place]),
                    self._reasons(run, place, passage, excerpt), duty, space=passage.space,
                )
            )  # fmt: skip
        return tuple(hits)

    def answers(self, run: Run) -> tuple[AnswerHit, ...]:
        """The questions of a run, each with its best answer, and its practices."""
        found = list(zip(run.rows.tolist(), run.documents.tolist(), strict=True))
        best = {document: self._best_answer(row, document) for row, document in found}
        shown = self._with_texts([*run.rows, *(row for row in best.values() if row is not None)])
        hits = []
        for place, (row, document) in enumerate(found):
            matched, answer_row = shown.get(row), best[document]
            if matched is None:
                continue
            answer = None if answer_row is None else shown.get(answer_row)
            passage = answer or matched
            excerpt = self._excerpt(passage)
            at = datetime.fromtimestamp(passage.created, UTC) if passage.created else None
            practice = matched.document.removeprefix(PRACTICE) if matched.kind == "practice" else None
            hits.append(
                AnswerHit(
                    "" if practice else matched.document, answer.part.partition("/")[0] if answer else None,
                    matched.title, passage.language, excerpt, float(run.score[place]), _standing(passage, answer),
                    self._reasons(run, place, matched, excerpt), passage.author or None, at, practice,
                    space=matched.space, asked_in=self._asked_in(document) or passage.language,
                )
            )  # fmt: skip
        return tuple(hits)

    def person_reasons(self, candidates: Candidates, place: int, person: Person) -> tuple[Reason, ...]:
        """Why this person: their strongest voting answers, procedures they keep, what they declared, tags they answer
        to."""
        code = int(candidates.people[place])
        share = {name: float(part[place]) for name, part in candidates.parts.items()}
        reasons = self._answered(candidates.voters.get(code, ()), share["votes"])
        if share["owns"] > 0:
            reasons += self._owned(code, share["owns"])
        if share["declared"] > 0 and person.skills:
            reasons.append(Reason(ReasonKind.DECLARED, self._declared(person), weight=share["declared"]))
        if share["tags"] > 0 and candidates.tags:
            tag, count = self._tagged(code, candidates.tags)
            if count > 1 or (count and not reasons):
                reasons.append(Reason(ReasonKind.TAGGED, tag, "tag", tag, count=count, weight=share["tags"]))
        return tuple(sorted(reasons, key=lambda reason: -reason.weight)[:MOST_REASONS])

    # -- parts

    def _answered(self, rows: Sequence[int], weight: float) -> list[Reason]:
        """Their answers to the two most similar questions; the first counts all of its kind."""
        columns = self._question.columns
        first: dict[int, int] = {}
        for row in rows:
            first.setdefault(int(columns.document[row]), row)
        kinds = {row: self._kind(row) for row in first.values()}
        chosen = list(kinds)[:2]
        texts = self._with_texts(chosen)
        reasons = []
        for number, row in enumerate(chosen):
            passage = texts.get(row)
            if passage is None:
                continue
            at = datetime.fromtimestamp(passage.created, UTC) if passage.created else None
            count = 1 if number else list(kinds.values()).count(kinds[row])
            of = ("question", passage.document)
            if passage.kind == "practice":
                of = ("practice", passage.document.removeprefix(PRACTICE))
            reasons.append(Reason(kinds[row], passage.title, *of, at, count, weight / (number + 1)))
        return reasons

    def _kind(self, row: int) -> ReasonKind:
        columns = self._question.columns
        if columns.kind[row] == _PRACTICE:
            verifies = self._catalogue.parts.words[columns.part[row]].startswith(VERIFIER)
            return ReasonKind.VERIFIED if verifies else ReasonKind.PRACTICE
        if columns.accepted[row]:
            return ReasonKind.ACCEPTED
        return ReasonKind.UPVOTED if columns.score[row] > 0 else ReasonKind.ANSWERED

    def _owned(self, code: int, weight: float) -> list[Reason]:
        columns = self._question.columns
        rows = np.flatnonzero(self._question.allowed & (columns.lane == 0) & (columns.author == code))
        if not len(rows):
            return []
        row = int(rows[np.argmax(self._question.meaning[rows])])
        passage = self._with_texts([row]).get(row)
        return [Reason(ReasonKind.OWNS, passage.title, "procedure", passage.document, weight=weight)] if passage else []

    def _declared(self, person: Person) -> str:
        asked = {word.casefold() for word in self._text.replace("'", " ").replace("’", " ").split() if len(word) > 2}
        meant = [skill for skill in person.skills if asked & {word.casefold() for word in skill.split()}]
        return ", ".join(meant or person.skills[:3])

    def _tagged(self, code: int, tags: Sequence[str]) -> tuple[str, int]:
        given = self._question.sight.answers
        theirs = np.flatnonzero(given.author == code)
        theirs = theirs[self._question.columns.kind[given.rows[theirs]] == _ANSWER]
        _, once = np.unique(given.document[theirs], return_index=True)
        borne = given.tags[theirs[once]]
        counts = {tag: int(np.count_nonzero(self._catalogue.bearing(borne, tag))) for tag in tags}
        return max(counts.items(), key=lambda each: each[1])

    def _best_answer(self, row: int, document: int) -> int | None:
        """The answer to unfold: the accepted one, else the one found, else the best voted."""
        columns = self._question.columns
        passages = self._question.sight.lane(_ANSWERS)
        rows = passages.rows[passages.passages(passages.places(np.array([document])))[0]]
        rows = rows[columns.kind[rows] == _ANSWER]
        if not len(rows):
            return None
        rank = np.lexsort((rows, -columns.score[rows], rows != row, ~columns.accepted[rows]))
        return int(rows[rank[0]])

    def _asked_in(self, document: int) -> str:
        """The language of a question's title; "" of what is no question."""
        columns = self._question.columns
        passages = self._question.sight.lane(_ANSWERS)
        rows = passages.rows[passages.passages(passages.places(np.array([document])))[0]]
        rows = rows[columns.kind[rows] == _QUESTION]
        return self._catalogue.languages.words[columns.language[rows[0]]] if len(rows) else ""

    def _reasons(self, run: Run, place: int, passage: Passage, excerpt: str) -> tuple[Reason, ...]:
        if self._briefly:
            return ()
        if not self._question.words:
            return (Reason(ReasonKind.FILTER),)
        reasons = []
        words, meaning = float(run.words[place]), float(run.meaning[place])
        if run.score[place] > KEY_BONUS / 2 and passage.lane == "procedures":
            reasons.append(Reason(ReasonKind.KEY, passage.document, "procedure", passage.document, weight=KEY_BONUS))
        if words > SAYS_WORDS and (found := self._matched(passage, excerpt)):
            reasons.append(Reason(ReasonKind.WORDS, ", ".join(found), weight=words))
        if meaning > SAYS_MEANING or not reasons:
            reasons.append(Reason(ReasonKind.MEANING, weight=meaning))
        return tuple(sorted(reasons, key=lambda reason: -reason.weight))

    def _matched(self, passage: Passage, excerpt: str) -> list[str]:
        title = self._words.highlight(passage.title, self._question.words, passage.language, 400)
        marked = (title + excerpt).split(MARK_OPEN)[1:]
        return list(dict.fromkeys(part.partition(MARK_CLOSE)[0].casefold() for part in marked))[:MOST_WORDS]

    def _excerpt(self, passage: Passage) -> str:
        if self._briefly or not passage.text:
            return ""
        return self._words.highlight(passage.text, self._question.words, passage.language, EXCERPT)

    def _with_texts(self, rows: Iterable[int]) -> dict[int, Passage]:
        """All passages read so far, those of `rows` among them, by row."""
        missing = [int(row) for row in rows if int(row) not in self._read]
        numbers = {int(self._question.columns.number[row]): row for row in missing}
        self._read |= {numbers[number]: passage for number, passage in self._index.passages(list(numbers)).items()}
        return self._read


def _standing(passage: Passage, answer: Passage | None) -> str:
    if passage.kind == "practice":
        return "verified practice" if passage.accepted else "opinion"
    if answer is None:
        return "open"
    return "accepted" if answer.accepted else "experience" if answer.score > 0 else "opinion"
