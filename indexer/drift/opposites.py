"""Words that exclude each other: the duty says *closed*, the practice *open*, of the same thing.

Both clauses must share a thing beside the pair, say it the same way round (neither denied), and the practice must not
also name the duty's word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.drift import stance
from indexer.drift.subjects import other_topic
from indexer.drift.thesaurus import ACTIONS
from indexer.drift.words import Text

_AXES = (
    (r"closed|shut|fermee?s?|closes?", r"open|opened|ouverte?s?|ajar|entrouverte?s?"),
    (r"locked|verrouillee?s?", r"unlocked|deverrouillee?s?|open"),
    (
        r"fresh|new|clean|neuf|neuve|neuves|propres?|unused|sterile|single-use|usage unique",
        r"same|meme|reus\w*|reutilis\w*|used|dirty|sales?|resserv\w*|several times|plusieurs fois",
    ),
    (
        r"individual|personal|nominati\w+|individuel\w*|named|own",
        r"shared|share|partagee?s?|commune?s?|generique|generic|common|collecti\w+",
    ),
    (r"encrypted|encrypt\w*|chiffree?s?|crypte\w*", r"unencrypted|non chiffree?s?|en clair|plain text|in clear"),
    (r"off|switched off|eteinte?s?|arrete\w*|coupee?s?", r"on|running|allumee?s?|en marche|turned on|tourne"),
    (r"anonymous\w*|anonym\w+|pseudonym\w+", r"named|nominati\w+|by name|names?|nom"),
    (r"original|originaux|originals|originale", r"copy|copies|copie|photocopie|scan"),
    (
        r"full|complete|entire|integral\w*|complet\w*|tout|toute|every|each|chaque|all",
        r"sample|partial\w*|partiel\w*|random\w*|echantillon\w*|one in \w+|un sur \w+|some|certains|certaines"
        r"|spot checks?",
    ),
    (r"supervised|accompanied|accompagnee?s?|attended", r"unsupervised|unattended|unaccompanied|alone|seule?s?"),
    (r"internal\w*|interne\w*|in-house", r"external\w*|externe\w*|outsourc\w*|outside"),
    (r"opt in|opt-in|consent\w*|consentement", r"opt out|opt-out"),
    (
        r"on site|on-site|sur place|sur site|in person|en presentiel|presentiel",
        r"remote\w*|a distance|distanciel|from home|online|en visio|by video",
    ),
    (
        r"deposited|depose\w*|handed in|handed over|rendue?s?|returned?|restitu\w*|remise?s?",
        r"keep|keeps|garde\w*|kept|conserve\w*",
    ),
    (r"before tax|excluding vat|ht|gross|brut", r"including vat|ttc|net"),
    (r"monthly|mensuel\w*", r"annual|annuel\w*"),
    (
        r"mandatory|compulsory|obligatoire\w*|required|must",
        r"optional|voluntary|facultati\w+|volontaire\w*|if you (?:like|want)|si (?:vous voulez|on veut)|au choix"
        r"|up to you",
    ),
    (r"increas\w*|augment\w*|raise[ds]?", r"decreas\w*|reduc\w*|diminu\w*|lower\w*|baiss\w*"),
    (r"refus\w*|reject\w*|declin\w*", r"accept\w*"),
    (r"left|gauche", r"right-hand|droite"),
    (r"red|rouge\w*", r"blue|bleu\w*|green|vert\w*|yellow|jaune\w*|white|blanc\w*|black|noire?s?|grey|gris\w*"),
    (r"blue|bleu\w*", r"red|rouge\w*|green|verte?s?|yellow|jaune\w*|black|noire?s?"),
    (r"green|verte?s?", r"red|rouge\w*|blue|bleu\w*|yellow|jaune\w*|black|noire?s?"),
    (r"yellow|jaune\w*", r"red|rouge\w*|blue|bleu\w*|green|verte?s?|black|noire?s?"),
)
_BOTH = tuple(
    (re.compile(rf"(?<![\w-])(?:{one})(?![\w-])"), re.compile(rf"(?<![\w-])(?:{other})(?![\w-])"))
    for left, right in _AXES
    for one, other in ((left, right), (right, left))
)


@dataclass(frozen=True, slots=True)
class Opposite:
    duty: re.Match[str]
    practice: re.Match[str]


def opposed(duty: Text, practice: Text) -> Opposite | None:
    for mine, theirs in _BOTH:
        if not (here := mine.search(duty.folded)) or theirs.search(duty.folded) or mine.search(practice.folded):
            continue
        if not (there := theirs.search(practice.folded)):
            continue
        rule, said = duty.clause_at(here.start()), practice.clause_at(there.start())
        own = {word.idea for word in rule.words if here.start() <= word.start < here.end()}
        own |= {word.idea for word in said.words if there.start() <= word.start < there.end()}
        things = {idea for idea in said.ideas - own if idea not in ACTIONS}
        common = things & duty.ideas
        if len(common) < (1 if practice.brief else 2) or len(common) / len(things) < 0.5 or other_topic(duty, said):
            continue
        if stance.denied(rule.text) == stance.denied(said.text) and not stance.past(said.text):
            return Opposite(here, there)
    return None
