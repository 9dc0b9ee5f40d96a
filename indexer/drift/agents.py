"""Who does what: the person before a verb, behind *by* or *par*, or whose *accord* it takes.

A role is in conflict when the practice gives what the duty's person does to somebody else, does not also name the
duty's person, and does not speak of somebody standing in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from indexer.drift import stance
from indexer.drift.people import Mention, compatible, mentions
from indexer.drift.subjects import other_topic, shared
from indexer.drift.words import Clause, Text, Word, words_of

_TO = re.compile(
    r"(?:\b(?:to|a|au|aux|aupres (?:de|du|des)|for|pour|with|avec|chez|vers|copy|copie|cc|inform\w*|prevenir"
    r"|previen\w*|notif\w*|alert\w*|tell|contact\w*|call|appel\w*|avert\w*|between|entre|from|email|mail)\s(?:the "
    r"|your |our |my |his |her |le |la |l'|les |votre |ton |notre |mon |un |une |son |sa )?(?:service |team "
    r"|equipe )?)$"
)
_BY = re.compile(
    r"\b(?:by|par|via|c'est|it's|it is|ce sont|ask|demand\w* a|demand\w* au|see|voir|let|laisse\w*"
    r"|laissez)\s(?:the |your |our |my |a |an |le |la |l'|les |votre |ton |notre |mon |un |une |son |sa "
    r")?(?:service |team |equipe )?$"
)
_OF = re.compile(
    r"\b(?:signature|approval|validation|accord|sign-off|visa|go-ahead|authorisation|authorization|autorisation"
    r"|agreement|aval|feu vert|ok|okay|opinion|avis|decision|signoff|paraphe|green light)\s(?:of|from|by|de|du|des"
    r"|de la|d'un|d'une|de l')\s?(?:the |your |our |my |la |le |l'|votre |ton |notre |mon |a |an |un |une "
    r")?(?:service |team |equipe )?$"
)
_POSSESS = re.compile(
    r"(?:'s|s')?\s(?:written |prior |verbal |accord |own )?(?:signature|approval|sign-off|ok\b|go-ahead|agreement"
    r"|authorisation|authorization|green light|validation|decision|opinion)"
)
_NOT_BY = re.compile(r"\b(?:not|pas|no need (?:for|to)|pas besoin)\s(?:\w+\s){0,3}$")
_TURN = re.compile(r"\b(?:then|puis|ensuite|and then|before|avant|once|apres|after|who then|while|which)\b|[,;]")
_UNASKED = re.compile(
    r"\b(?:no need (?:to|for)|without|don't (?:have|need) to|not? need to|needn't|do not need|pas besoin d\S*"
    r"|inutile d\S*|sans|pas la peine d\S*|plus besoin d\S*)\s?(?:\w+ )?"
    r"(?:involv\w*|ask\w*|bother\w*|see\w*|go\w* through|consult\w*|wait\w* (?:for|on)|passer (?:par|devant)"
    r"|demander (?:a|au|l'avis|l'accord)|sollicit\w*|attendre|derang\w*|impliqu\w*|consulter|accord|signature"
    r"|validation|approval|the)\s?(?:from |of |de |du |the |your |le |la |l'|au |a |votre |son |sa |any )*$"
)
_THINGS_TOO = frozenset(
    {"customer", "supplier", "employee", "insurance", "risk", "quality", "safety"}
)  # *customer account*
_JOINED = re.compile(r"(?:\b(?:and|et|or|ou|puis|then|ni|nor)\s(?:\w+\s)?|,\s(?:\w+\s)?)$")
_OFFICES = re.compile(r"(?<!\w)(?:and|et|or|ou|&|/|,)\s(?:the |le |la |l'|les )?$")


@dataclass(frozen=True, slots=True)
class Act:
    """`by`: who; `ideas`: what is done, and to what, as far as the clause says; `to`: they receive it."""

    by: Mention
    acts: frozenset[str]
    ideas: frozenset[str]
    to: bool
    clause: Clause


@lru_cache(maxsize=512)
def acts(text: Text) -> tuple[Act, ...]:
    """Everything that somebody named does, or is told."""
    return tuple(_acts(text))


def _acts(text: Text) -> Iterator[Act]:
    for clause in text.clauses:
        named = mentions(text, clause.start, clause.end)
        for place, who in enumerate(named):
            left = named[place - 1].end if place else clause.start
            right = named[place + 1].start if place + 1 < len(named) else clause.end
            before = text.folded[max(clause.start, who.start - 45) : who.start]
            after = text.folded[who.end : right]
            if _OF.search(before) or _POSSESS.match(after):
                span, to = (left, right), False
                extra = frozenset({"approve"})
                yield Act(who, extra, clause.ideas | extra, to, clause)
                continue
            if who.role == "self":
                span, to = (clause.start, clause.end), False
            elif by := _BY.search(before):
                passive = by[0].startswith(("by ", "par "))
                span, to = (_last(text, left, who.start) if passive else left, who.start if passive else right), False
            elif _TO.search(before):
                span, to = (left, who.start), True
            else:
                cut = _TURN.search(after, 1) if place + 1 == len(named) else None
                span, to = (who.end, who.end + cut.start() if cut else right), False
                if not any(word.acts or word.idea for word in words_of(text.folded, *span)):
                    span = (
                        (who.end, clause.end)
                        if _OFFICES.search(text.folded[who.end : right][-8:])
                        else (left, clause.end)
                    )
            words = [word for word in words_of(text.folded, *span) if word.idea]
            if who.role in _THINGS_TOO and not to and span[0] == who.end and not (words and words[0].acts):
                continue
            yield Act(who, _done(text, words), frozenset(word.idea for word in words), to, clause)


def _last(text: Text, start: int, end: int) -> int:
    """Where the last of several joined statements begins (*examined by A and decided* → *decided*)."""
    joined = list(re.finditer(r"\b(?:and|et|puis|then)\b|,", text.folded[start:end]))
    return start + joined[-1].end() if joined else start


def _done(text: Text, words: Sequence[Word]) -> frozenset[str]:
    """What is done: the first act, those joined to it by *and*, and the first word, which may be a verb not known."""
    done = {word.idea for word in words[:1]}
    first = True
    for word in words:
        near = text.folded[max(0, word.start - 5) : word.start]
        if (
            word.acts and (first or _JOINED.search(text.folded[max(0, word.start - 14) : word.start]))
        ) or near.endswith((" and ", " et ")):
            done.add(word.idea)
            first = first and not word.acts
    return frozenset(done)


def conflicting(duty: Text, practice: Text) -> tuple[Act, Act] | None:
    """What the duty's person does and who does it in the practice, when they are not the same."""
    rules, said = acts(duty), acts(practice)
    alone = len(mentions(duty)) == 1
    for rule in rules:
        mine = rule.acts | duty.acts if alone else rule.acts
        for other in said:
            verbs = mine & other.acts
            if not verbs or rule.to != other.to or compatible(rule.by, other.by) or _not_theirs(duty, other):
                continue
            if any(compatible(each.by, other.by) and (each.acts & verbs or each.to) for each in rules):
                continue
            about = shared((other.ideas | other.clause.ideas) - verbs, duty.ideas)
            if not practice.brief and shared(other.ideas - verbs, rule.ideas | duty.ideas) < 1:
                continue
            if about < 0.5 and len(other.ideas - verbs) > 2:
                continue
            if not _both_named(rule, verbs, said):
                return rule, other
    return _left_out(rules, said, practice)


def _left_out(rules: Sequence[Act], said: Sequence[Act], practice: Text) -> tuple[Act, Act] | None:
    """The duty's person is said not to be needed: *no need to involve the treasurer*."""
    for other in said:
        before = practice.folded[max(other.clause.start, other.by.start - 60) : other.by.start]
        if _UNASKED.search(before) and not stance.substitutes(other.clause.text):
            for rule in rules:
                if not rule.to and compatible(rule.by, other.by) and "approve" in rule.acts:
                    return rule, other
    return None


def _both_named(rule: Act, verbs: frozenset[str], said: Sequence[Act]) -> bool:
    """Whether the practice also names the duty's person, doing it (or at all, where they are told)."""
    return any(
        compatible(rule.by, each.by) and (rule.to or each.acts & verbs) and not stance.denied(each.clause.text)
        for each in said
    )


def _not_theirs(duty: Text, other: Act) -> bool:
    text, place = other.clause.text, other.by.start - other.clause.start
    left = text.rfind(",", 0, place) + 1
    right = text.find(",", place)
    part = text[left : right if right > 0 else len(text)]
    if stance.denied(part) and not (stance.release(part) and place - left < stance.denials(part)[0].start()):
        return True
    return (
        bool(_NOT_BY.search(text[:place]))
        or stance.substitutes(text)
        or stance.past(text)
        or other_topic(duty, other.clause)
    )
