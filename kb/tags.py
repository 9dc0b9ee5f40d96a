"""Tags: anybody's words on questions and practices; words that mean the same lead to one of them.

Whoever keeps a space may say that a word means a tag. What bears the word bears the tag from then on, and so does what
is written with it later; searches, feeds and whoever follows the word go along. The texts of procedures are signed, so
their tags stay as they are. A reader is told of tags in their spaces only, and of words that stood there.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from kb.advice import Practice
from kb.errors import Forbidden, Invalid
from kb.model import Person, Question
from kb.permissions import KEEPERS, Action, can, visible_spaces
from kb.rules import TAG_LIMIT, clean_tags
from kb.storage import Store, Transaction

LISTED = 500
LIKE, TELLS = 4, 0.8  # like questions that tell of tags, and tags that are proposed; the weight from which


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as its reader knows it: on how many questions of theirs it stands, which words mean it."""

    name: str
    questions: int
    also: tuple[str, ...] = ()


def keeps_tags(person: Person) -> bool:
    """Whether `person` may say which words mean the same: those who keep a space."""
    return person.ended is None and any(role in KEEPERS for role in person.roles.values())


def readable(store: Store, reader: Person) -> tuple[Tag, ...]:
    """The tags of the reader's spaces, the commonest first."""
    with store.read() as tx:
        return _readable(tx, reader)


def named(store: Store, reader: Person, words: str) -> Tag | None:
    """The tag that `words` say, themselves or as a synonym, however they are spelt; None when the reader knows none."""
    wanted = fold(words)
    with store.read() as tx:
        tags = _readable(tx, reader) if wanted else ()
    return next((each for each in tags if wanted in map(fold, (each.name, *each.also))), None)


def meant(store: Store, reader: Person, word: str) -> str:
    """The tag that a word stands for: itself, as far as the reader knows of nothing else."""
    known = visible_spaces(reader) if reader.ended is None else ()
    with store.read() as tx:
        return tx.tags.meant([word], known).get(word, word)


def proposed(store: Store, asker: Person, like: Sequence[tuple[str, str]], typed: Collection[str]) -> tuple[str, ...]:
    """Tags for a question that is being written, read off the questions and practices `like` it (kind and id, the
    likest first), without those it has: the first tells alone, of what comes after it takes two."""
    like = like[:LIKE]
    weights: defaultdict[str, float] = defaultdict(float)
    with store.read() as tx:
        found: dict[tuple[str, str], Question | Practice] = {
            ("question", each.id): each for each in tx.questions.list({id for of, id in like if of == "question"})
        }
        practices = tx.practices.list({id for of, id in like if of == "practice"})
        found |= {("practice", each.id): each for each in practices}
    for rank, name in enumerate(like, 1):
        if name in found and can(asker, Action.READ, found[name]):
            for word in found[name].tags:
                weights[word] += 1 / rank
    told = sorted((word for word in weights if weights[word] >= TELLS), key=lambda word: -weights[word])
    return tuple(word for word in told if word not in typed)[:LIKE]


def settled(tx: Transaction, writer: Person, tags: Iterable[str]) -> tuple[str, ...]:
    """Tags as `writer` typed them, cleaned, each the one it means."""
    kept = clean_tags(tags)
    meanings = tx.tags.meant(kept, visible_spaces(writer)) if kept else {}
    return tuple(dict.fromkeys(meanings.get(each, each) for each in kept))


def completions(store: Store, reader: Person, typed: str, limit: int = 8) -> tuple[Tag, ...]:
    """The tags that what is being typed may become: those beginning with it, then those holding it, by any word that
    means them; the commonest first."""
    begun = fold(typed)
    if not begun:
        return ()
    with store.read() as tx:
        tags = _readable(tx, reader)
    first = [each for each in tags if any(fold(word).startswith(begun) for word in (each.name, *each.also))]
    then = [each for each in tags if each not in first and any(begun in fold(word) for word in (each.name, *each.also))]
    return tuple([*first, *then][:limit])


def merge(store: Store, keeper: Person, word: str, tag: str) -> int:
    """Let `word` mean `tag` from now on; how many questions and practices that the keeper may read bear it instead.
    Invalid when they are the same, Forbidden for whoever keeps no space."""
    word, tag = _one(word, "word"), _one(tag, "tag")
    _require(keeper)
    with store.write() as tx:
        tag = tx.tags.meant([tag]).get(tag, tag)
        if word == tag:
            raise Invalid("tag", "These are the same already. Choose two that differ.")
        if not {word, tag} & _borne(tx, keeper):
            raise Invalid("tag", "Nothing bears either word. Write the tag as it stands in the list.")
        ids = tx.tags.bearing(word)
        tx.questions.lock(ids)
        questions = tx.questions.list(ids)
        bearing = sorted(each.id for each in tx.practices.list() if word in each.tags)
        practices = [tx.practices.get(id, lock=True) for id in bearing]
        spaces = {each.space for each in questions} | {each.space for each in practices}
        spaces |= {space for space, role in keeper.roles.items() if role in KEEPERS} if not spaces else set()
        tx.questions.put([replace(each, tags=_swapped(each.tags, word, tag)) for each in questions])
        tx.practices.put([replace(each, tags=_swapped(each.tags, word, tag)) for each in practices])
        tx.tags.put(word, tag, sorted(spaces), keeper.id)
        tx.tags.rename_follows(word, tag)
        tx.tags.rename_choices(word, tag)
        tx.changes.add_all("tag", "question", [each.id for each in questions], keeper.id)
        tx.changes.add_all("tag", "practice", [each.id for each in practices], keeper.id)
        tx.changes.add("merge", "tag", word, keeper.id)
        borne = [each.space for each in questions] + [each.space for each in practices]
        return sum(space in visible_spaces(keeper) for space in borne)


def split(store: Store, keeper: Person, word: str) -> None:
    """Let a word mean itself again in what is written from now on."""
    _require(keeper)
    with store.write() as tx:
        tx.tags.remove(word)
        tx.changes.add("split", "tag", word, keeper.id)


def keep_apart(store: Store, keeper: Person, one: str, other: str) -> None:
    """Say that two tags are two things: they are not suggested again."""
    one, other = _one(one, "word"), _one(other, "tag")
    _require(keeper)
    with store.write() as tx:
        tx.tags.keep_apart(one, other, keeper.id)
        tx.changes.add("keep apart", "tag", one, keeper.id)


def apart(store: Store) -> Collection[frozenset[str]]:
    """The pairs that somebody said are two things."""
    with store.read() as tx:
        return tx.tags.apart()


def fold(words: str) -> str:
    """How tags are compared: lower case, without accents, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", "-".join(words.casefold().split()))
    return "".join(each for each in plain if not unicodedata.combining(each)).strip("-#")


def _readable(tx: Transaction, reader: Person) -> tuple[Tag, ...]:
    if reader.ended is not None:
        return ()
    counted = tx.questions.tags(visible_spaces(reader), LISTED)
    known = {name for name, _count in counted}
    also: dict[str, list[str]] = {}
    for word, (tag, spaces) in tx.tags.synonyms().items():
        if tag in known and visible_spaces(reader).intersection(spaces):
            also.setdefault(tag, []).append(word)
    return tuple(Tag(name, count, tuple(also.get(name, ()))) for name, count in counted)


def _borne(tx: Transaction, reader: Person) -> set[str]:
    """The tags that something bears, in the spaces of the reader."""
    practices = tx.practices.list(spaces=visible_spaces(reader))
    return {each.name for each in _readable(tx, reader)} | {tag for each in practices for tag in each.tags}


def _swapped(tags: Iterable[str], word: str, tag: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag if each == word else each for each in tags))[:TAG_LIMIT]


def _one(word: str, field: str) -> str:
    kept = clean_tags([word])
    if not kept:
        raise Invalid(field, "This is empty. Write a few words.")
    return kept[0]


def _require(person: Person) -> None:
    if not keeps_tags(person):
        raise Forbidden(
            "merge", "tag", "", "Those who keep a space say which words mean the same. Ask the animator of yours."
        )
