"""`explain`: how a question's results came about, and what one colleague's score rests on.

Stages and parts bear the names they have in `indexer/pipeline.py` and `indexer/experts.py`, so that the page to open is
known; the sentences around them are in the reader's language.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from web.commands.surroundings import (
    Complaint,
    as_option,
    find_reader,
    json_option,
    language_option,
    open_to_read,
    reader_language,
)
from web.commands.terminal import colours, width

if TYPE_CHECKING:
    from indexer.explaining import Candidate, Explanation, Lane, Placed, Told, Traced
    from kb import Store
    from kb.model import Person

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "procedures": "Procedures",
        "answers": "Answers and practices",
        "people": "Profiles",
        "who": "Who knows",
        "counted": "{documents} ranked, {shown} shown, about the question with {confidence} %",
        "second": "read by the second encoder too",
        "keys": "names {}",
        "under": "under the floor: not shown",
        "measured": "words {words} · meaning {meaning} · {second}cosine {cosine} · covers {covered} %",
        "moved": "second opinion {} · ",
        "spoke": "spoke: {kind} {part}",
        "candidates": "{} candidates",
        "place": "rank {rank} of {of}, score {score}, would answer with {probability} %",
        "nowhere": "no candidate: nothing found speaks for them",
        "left": "has left: never named",
        "asking": "is the reader: never named to themselves",
        "votes": "answers that voted: {voted}, with {share} % of all votes",
        "voter": "{share} % · similarity {similarity} · {days} days",
        "accepted": "accepted",
        "tags": "{tag}: {answers} answered, the last {days} days ago",
        "declared": "profile {rank} in its lane, {score}: {title}",
        "owns": "keeps {id} “{title}”, {rank} in its lane, {score}",
        "lately": "{answers} answered in all, the last {days} days ago",
        "nothing": "nothing",
    },
    "fr": {
        "procedures": "Procédures",
        "answers": "Réponses et pratiques",
        "people": "Profils",
        "who": "Qui sait",
        "counted": "{documents} classés, {shown} montrés, en rapport avec la question à {confidence} %",
        "second": "lue aussi par le second encodeur",
        "keys": "nomme {}",
        "under": "sous le seuil : pas montré",
        "measured": "mots {words} · sens {meaning} · {second}cosinus {cosine} · couvre {covered} %",
        "moved": "second avis {} · ",
        "spoke": "a parlé : {kind} {part}",
        "candidates": "{} candidats",
        "place": "rang {rank} sur {of}, score {score}, répondrait à {probability} %",
        "nowhere": "pas candidat : rien de ce qui a été trouvé ne parle pour cette personne",
        "left": "a quitté l'organisation : jamais nommé",
        "asking": "est la personne qui lit : jamais nommée à elle-même",
        "votes": "réponses qui ont voté : {voted}, avec {share} % de tous les votes",
        "voter": "{share} % · ressemblance {similarity} · {days} jours",
        "accepted": "acceptée",
        "tags": "{tag} : questions répondues {answers}, la dernière il y a {days} jours",
        "declared": "profil {rank} de sa voie, {score} : {title}",
        "owns": "tient {id} « {title} », {rank} de sa voie, {score}",
        "lately": "questions répondues en tout {answers}, la dernière il y a {days} jours",
        "nothing": "rien",
    },
}
_INDENT = "      "


@click.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--person", "name", metavar="NAME", help="Also what this person's score rests on (name, e-mail or id).")
@as_option
@click.option("--limit", type=click.IntRange(1, 20), default=3, show_default=True, help="Of each kind.")
@language_option
@json_option
def explain(
    text: tuple[str, ...], name: str | None, email: str | None, limit: int, language: str | None, as_json: bool
) -> None:
    """How each stage of the ranking moved the first results, and why somebody is named."""
    from web.commands.finding import open_finder, words_of

    words = words_of(text)
    config, store = open_to_read()
    reader = find_reader(config, store, email)
    person = _meant(store, reader, name) if name is not None else None
    explanation = open_finder(config, store).explain(words, reader, person.id if person else None, limit)
    if as_json:
        click.echo(json.dumps(asdict(explanation), ensure_ascii=False, indent=2))
        return
    for line in _Lines(language or reader_language(config)).of(explanation):
        click.echo(line, color=colours())


def _meant(store: Store, reader: Person, typed: str) -> Person:
    """The person of that id, e-mail address or name, or of a part of the name, whom the reader may know of."""
    from kb.permissions import Action, can
    from kb.rules import slug

    with store.read() as tx:
        known = [each for each in tx.people.list() if can(reader, Action.READ, each)]
    wanted = slug(typed)
    exactly = [each for each in known if typed.strip() in (each.id, each.email) or wanted in (each.id, slug(each.name))]
    found = exactly or [each for each in known if wanted and wanted in slug(each.name)]
    if not found:
        raise Complaint(f"Nobody here is called {typed!r}.")
    if len(found) > 1:
        several = ", ".join(f"{each.name} ({each.id})" for each in found[:5])
        raise Complaint(f"{len(found)} people are called {typed!r}: {several}. Give the id.")
    return found[0]


class _Lines:
    """The lines of an explanation in one language."""

    def __init__(self, language: str) -> None:
        self._language, self._words = language, _WORDS[language]

    def of(self, told: Explanation) -> Iterator[str]:
        yield click.style(told.text, bold=True)
        keys = self._words["keys"].format(", ".join(told.keys)) if told.keys else ""
        second = self._words["second"] if told.second else ""
        yield " · ".join(filter(None, (f"{told.band} {self._percent(told.probability)} %", second, keys)))
        for lane in told.lanes:
            yield from self._lane(lane)
        yield ""
        yield self._heading(self._words["who"], self._words["candidates"].format(told.candidates))
        for candidate in told.people:
            yield f" {candidate.rank}. {click.style(candidate.name, bold=True)} {self._sum(candidate)}"
        if told.person is not None:
            yield from self._person(told.person, told.candidates + told.person.asking)

    def _lane(self, lane: Lane) -> Iterator[str]:
        counted = self._words["counted"].format(
            documents=lane.documents, shown=lane.shown, confidence=self._percent(lane.confidence)
        )
        yield ""
        yield self._heading(self._words[lane.lane], counted)
        for place, hit in enumerate(lane.hits, 1):
            yield from self._hit(place, hit)

    def _hit(self, place: int, hit: Traced) -> Iterator[str]:
        under = "" if hit.shown else click.style(f"  ({self._words['under']})", dim=True)
        yield f" {place}. {click.style(hit.title, bold=True)} {click.style(hit.id, fg='cyan')}{under}"
        yield _INDENT + " › ".join(f"{step.stage} {step.rank}. {self._signed(step.score)}" for step in hit.steps)
        second = "" if hit.second is None else self._words["moved"].format(self._signed(hit.second))
        yield _INDENT + self._words["measured"].format(
            words=self._signed(hit.words), meaning=self._signed(hit.meaning), second=second,
            cosine=self._number(hit.cosine), covered=self._percent(hit.covered),
        )  # fmt: skip
        spoke = self._words["spoke"].format(kind=hit.kind, part=hit.part).rstrip()
        quoted = textwrap.shorten(hit.text, max(20, width() - len(_INDENT) - len(spoke) - 4), placeholder=" …")
        yield _INDENT + click.style(f"{spoke} “{quoted}”" if quoted else spoke, dim=True)

    def _person(self, told: Told, of: int) -> Iterator[str]:
        candidate = told.candidate
        yield ""
        yield click.style(candidate.name, bold=True, underline=True)
        for true, said in ((told.left, "left"), (told.asking, "asking"), (candidate.rank is None, "nowhere")):
            if true:
                yield f" {self._words[said]}"
        if candidate.rank is not None:
            yield " " + self._words["place"].format(
                rank=candidate.rank, of=of, score=self._number(candidate.score),
                probability=self._percent(candidate.probability),
            )  # fmt: skip
        evidence = self._evidence(told)
        for part, points in candidate.parts.items():
            first, *further = evidence[part] or [self._words["nothing"]]
            yield f" {click.style(f'{part:8}', fg='cyan')} {self._number(points):>6}  {first}"
            yield from (f" {'':17}{line}" for line in further)

    def _evidence(self, told: Told) -> dict[str, list[str]]:
        """What each part of a score rests on, in lines."""
        say, number, last = self._words, self._number, told.days
        votes = [say["votes"].format(voted=told.voted, share=self._percent(told.share))] if told.voted else []
        for each in told.voters:
            said = say["voter"].format(
                share=self._percent(each.share), similarity=self._signed(each.similarity), days=number(each.days, 0)
            )
            noted = [said, say["accepted"] if each.accepted else "", f"{each.votes:+d}" if each.votes else ""]
            votes.append(f"{' · '.join(filter(None, noted))} · {each.title} ({each.question})")
        tags = [say["tags"].format(tag=each.tag, answers=each.answers, days=number(each.days, 0)) for each in told.tags]
        return {
            "votes": votes,
            "tags": tags,
            "declared": [self._placed("declared", told.profile)] if told.profile else [],
            "owns": [self._placed("owns", each) for each in told.keeps],
            "lately": [] if last is None else [say["lately"].format(answers=told.answers, days=number(last, 0))],
        }

    def _placed(self, what: str, placed: Placed) -> str:
        return self._words[what].format(
            id=placed.id, title=placed.title, rank=placed.rank, score=self._signed(placed.score)
        )

    def _sum(self, candidate: Candidate) -> str:
        parts = [f"{part} {self._number(points)}" for part, points in candidate.parts.items() if points]
        return f"{self._number(candidate.score)} = {' + '.join(parts)} · {self._percent(candidate.probability)} %"

    def _heading(self, title: str, about: str) -> str:
        return f"{click.style(title, bold=True, underline=True)}  {click.style(about, dim=True)}"

    def _signed(self, value: float) -> str:
        return self._comma(f"{value:+.2f}")

    def _number(self, value: float, decimals: int = 2) -> str:
        return self._comma(f"{value:.{decimals}f}")

    def _percent(self, share: float) -> str:
        return f"{100 * share:.0f}"

    def _comma(self, number: str) -> str:
        return number.replace(".", ",") if self._language == "fr" else number
