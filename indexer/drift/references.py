"""What a text points to: numbers of forms and clauses, transactions, names of systems, and the channel used.

Two names of the same family (F-12 and F-21, article 12 and article 21, § 6.2 and § 6.3) that differ contradict; so do
two systems or two channels for the same thing, unless the practice also names the duty's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from indexer.drift import stance
from indexer.drift.subjects import PASSING, act_before, other_topic, shared
from indexer.drift.words import Text

_CODE = re.compile(r"(?<![\w@/.-])(?P<head>[A-Z]{1,6})(?P<dash>[-_ ]?)(?P<tail>\d{1,5}[A-Z]?(?:[-.]\d+)*)(?![\w-])")
_NUMBERED = re.compile(
    r"\b(?P<family>forms?|formulaires?|fiche|article|art\.?|section|clause|chapter|chapitre|annexe?|appendix"
    r"|template|modele|version|v|step|etape|line|ligne|box|case|room|salle|extension|poste|number|numero|n°"
    r"|no\.?|category|categorie|level|niveau|class|classe|iso|account|compte|code|bin|tray|cabinet|armoire"
    r"|building|batiment|tab|onglet)\s?(?:n°\s?|no\.?\s?|number\s|numero\s"
    r"|§\s?)?(?P<tail>[a-z]?[-.]?\d+(?:[.-]\d+)*[a-z]?|(?<=\s)[a-z](?![\w'’]))(?![\w%€]|\s?(?:€|%|h\b|jours"
    r"|days|euros))"
)
_SECTION = re.compile(r"§\s?(?P<tail>\d+(?:\.\d+)*)")
_FAMILY = {
    "formulaire": "form",
    "formulaires": "form",
    "forms": "form",
    "fiche": "form",
    "art": "article",
    "art.": "article",
    "chapitre": "chapter",
    "annexe": "annex",
    "appendix": "annex",
    "modele": "template",
    "v": "version",
    "etape": "step",
    "ligne": "line",
    "case": "box",
    "salle": "room",
    "poste": "extension",
    "numero": "number",
    "n°": "number",
    "no": "number",
    "no.": "number",
    "categorie": "category",
    "niveau": "level",
    "classe": "class",
    "compte": "account",
    "armoire": "cabinet",
    "batiment": "building",
    "onglet": "tab",
}
_SYSTEM = re.compile(
    r"\b(?:in|into|on|via|through|using|use|uses|dans|sur|par|utilise[rz]?|outil|logiciel|tool|application|app"
    r"|portail|portal|plateforme|platform|system|systeme|module)\s(?:the |our |le |la |l['’]|les |un |une |a "
    r")?(?:module |outil |tool |portail |portal |system |systeme |application |logiciel |app |plateforme "
    r"|platform |menu |onglet |tab |[a-zà-ÿ]{5,} )?(?P<name>[A-ZÀ-Ý][\wà-ÿ]+(?:[ -][A-Z][\wà-ÿ]+)?)",
)
_NOT_SYSTEM = re.compile(
    r"^(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|may|june|july"
    r"|august|september|october|november|december|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier"
    r"|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre|decembre"
    r"|france|ireland|irlande|dublin|lyon|paris|europe|ue|eu|eur|euro|english|french|anglais|francais|i|je|on"
    r"|pdf|word|ht|ttc|vat|tva|rh|hr|it|cse|dpo|ciso|rssi|daf|drh|cfo|dsi|qa|hse|ehs|legal|finance|sst|ok|id"
    r"|kyc|ceo|dg|iso|the|le|la|les|our|your)$"
)
_CHANNELS = {
    "mail": r"e-?mails?|courriels?|mails?|emails?|outlook|by mail|inbox|boite mail|messagerie",
    "phone": r"phone\w*|telephon\w*|calls?|calling|coup de fil|appel\w*|ring|sms|text message",
    "paper": (
        r"paper|papier|hand-?written|on paper|printed|printout|imprim\w*|post|courrier|registered letter"
        r"|recommande|by letter|par lettre|paper form|enveloppe|envelope|navette|pigeonhole|casier|manuscrit\w*|carnet"
        r"|notebook|logbook|cahier|binder|classeur"
    ),
    "tool": (
        r"tickets?|portal|portail|tool|l'outil|outil|application|plateforme|platform|online|en ligne|coffre-fort"
        r"|numerique|digital\w*|intranet|workflow|web form|formulaire en ligne|electronic\w*|electroniqu\w*|system"
        r"|logiciel|software|app"
    ),
    "sheet": r"excel|spreadsheet\w*|tableur|fichier partage|shared file|google sheets?|tableau excel",
    "chat": r"chat|teams message|message teams|teams|slack|whatsapp|messenger|mattermost|instant message\w*",
    "oral": (
        r"verbal\w*|oral\w*|orally|in person|face to face|de vive voix|word of mouth|passer au bureau|a l'oral"
        r"|verbally|de bouche a oreille|en personne"
    ),
    "web": r"website|site web|site internet|web page",
    "usb": r"usb|cle usb|usb stick|memory stick|disque externe|external drive",
    "drive": (
        r"dropbox|wetransfer|google drive|onedrive|sharepoint|shared drive|lecteur partage|network drive|disque "
        r"reseau|personal drive|cloud perso\w*|desktop|bureau de l'ordinateur|local disk|disque local"
    ),
    "cash": r"cash|especes|liquide",
    "card": (
        r"company card|corporate card|carte entreprise|carte bancaire|credit card|carte d'entreprise|personal card"
        r"|carte perso\w*"
    ),
    "wire": r"bank transfer|virements?|wire transfer|transfer",
    "cheque": r"cheques?|checks? by",
}
_CHANNEL = {name: re.compile(rf"(?<![\w-])(?:{words})(?![\w-])") for name, words in _CHANNELS.items()}
_PAYMENTS = frozenset({"cash", "card", "wire", "cheque"})


@dataclass(frozen=True, slots=True)
class Pointer:
    """`family`: what two must share to be rivals; `name`: which one of it."""

    family: str
    name: str
    start: int
    end: int


def differing(duty: Text, practice: Text) -> tuple[Pointer, Pointer] | None:
    """A pointer of the duty and its rival in the practice."""
    mine = {each.name for each in _codes(duty)}
    same_way = any(each.name in mine and not _dropped(practice, each) for each in _codes(practice))
    for find in (_codes, _systems, _channels):
        if find is _channels and same_way:  # a form or transaction of the duty's own stands for its channel
            continue
        rules, said = list(find(duty)), list(find(practice))
        names = {each.name for each in rules}
        for other in said:
            if other.name in names or any(
                rule.name in {one.name for one in said if not _dropped(practice, one)}
                for rule in rules
                if rule.family == other.family
            ):
                continue
            if _dropped(practice, other) or not _about(duty, practice, other):
                continue
            for rule in rules:
                if rule.family == other.family and not _related(rule, other):
                    return rule, other
    return None


def _codes(text: Text) -> Iterator[Pointer]:
    taken = set()
    for match in _NUMBERED.finditer(text.folded):
        family = match["family"]
        taken.add(match.end())
        yield Pointer(
            _FAMILY.get(family, family), match["tail"].replace(" ", "").strip("-."), match.start(), match.end()
        )
    for match in _SECTION.finditer(text.folded):
        yield Pointer("article", match["tail"], match.start(), match.end())
    for match in _CODE.finditer(text.original):
        if match.end() not in taken and not (match["dash"] == " " and len(match["head"]) < 2):
            yield Pointer(_shape(match), match[0].replace(" ", "").replace("-", "").lower(), match.start(), match.end())


def _shape(match: re.Match[str]) -> str:
    """Codes of one house have one head, or one shape (ME51N and ME21N; ZF-12 and ZG-40)."""
    return f"code {match['head'].lower()}"


def _systems(text: Text) -> Iterator[Pointer]:
    for match in _SYSTEM.finditer(text.original):
        name = text.folded[match.start("name") : match.end("name")]
        first = name.split()[0]
        if not _NOT_SYSTEM.match(first) and not re.search(r"\d", name):
            yield Pointer("system", first, match.start("name"), match.end("name"))


def _channels(text: Text) -> Iterator[Pointer]:
    for name, words in _CHANNEL.items():
        for match in words.finditer(text.folded):
            yield Pointer("payment" if name in _PAYMENTS else "channel", name, match.start(), match.end())
    for system in _systems(text):
        yield Pointer("channel", "tool", system.start, system.end)


def _related(rule: Pointer, other: Pointer) -> bool:
    if rule.family in ("channel", "payment"):
        return False
    mine, theirs = rule.name, other.name
    return mine.startswith(theirs) or theirs.startswith(mine)


def _dropped(practice: Text, other: Pointer) -> bool:
    """Named only to say that it is not the way (any longer)."""
    clause = practice.clause_at(other.start)
    before = practice.folded[max(clause.start, other.start - 45) : other.start]
    if re.match(
        r".{0,20}\b(?:out of use|no longer|n'est plus|n'existe plus|obsolete|is gone|replaced|remplace|abandonne"
        r"|discontinued|supprime|is dead|perime)",
        practice.folded[other.end : clause.end],
    ):
        return True
    return bool(
        re.search(
            r"\b(?:not|no|never|pas|plus|jamais|instead of|au lieu d\w*|rather than|plutot que|avoid|evite\w*|old"
            r"|ancien\w*|replaces?|remplace\w*|et non|ni|stop\w*|n't|without|sans|refus\w*|ignor\w*)\s(?:\S+\s){0,5}$",
            before,
        )
    ) or stance.past(clause.text)


def _about(duty: Text, practice: Text, other: Pointer) -> bool:
    """The clause, without the name itself, speaks of what the duty speaks of."""
    clause = practice.clause_at(other.start)
    if stance.denied(clause.text) and not stance.release(clause.text):
        return False
    if other_topic(duty, clause):
        return False
    ideas = frozenset(word.idea for word in clause.words if word.idea and not other.start <= word.start < other.end)
    if other.family in ("channel", "payment", "system"):
        acts = frozenset(word.idea for word in clause.words if word.acts)
        meet = acts & duty.acts or (acts & PASSING and duty.acts & PASSING)
        if other.family == "system" and not (acts and duty.acts):
            meet = frozenset({""})
        if not practice.brief:
            return act_before(clause, other.start) in duty.acts and shared(ideas - acts, duty.ideas) >= 1
        return bool(meet) and (shared(ideas - acts, duty.ideas) >= 1 or len(ideas - acts) <= 2)
    if not practice.brief:
        return shared(ideas, duty.ideas) >= 1.5
    return shared(ideas, duty.ideas) >= 0.5 or len(ideas) <= 2
