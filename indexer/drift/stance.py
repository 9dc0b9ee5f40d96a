"""How a clause says something: denied or not, as a rule or as a habit, allowed, released, or as what once was.

Denials are counted: an even number cancels (*never without gloves*, *do not skip*, *without the form it is refused*).
"""

from __future__ import annotations

import re

_IDLE = re.compile(
    r"\b(?:no problem|no worries|no doubt|not only|why not|no matter|pas de (?:probleme|souci|panique)|sans "
    r"(?:probleme|souci|doute|faute|exception|faute)|without (?:a )?(?:problem|fail|exception|fault)|aucun "
    r"(?:probleme|souci)"
    r"|n'hesite\w* pas|do not hesitate|don't hesitate|non seulement|pas seulement|no later than|no more than"
    r"|no less than|no longer than|not exceed|not more than|pas plus (?:de|tard)|pas moins de|sans depasser"
    r"|ne\s\w*\s?(?:depass|exced)\w*|n'exced\w* pas|n'importe|sans delai"
    r"|sans attendre|without delay|whether or not|why don't|not yet|pas encore|no\.?\s?\d+|n'est-ce pas|sinon"
    r"|si non|ne [^.;,]{1,30} qu[e'])"
)
_DENIED = re.compile(
    r"\b(?:not|never|no|nobody|none|neither|without|cannot|\w+n't|pas|jamais|aucune?s?|personne ne|sans|rien"
    r"|non(?=\s*(?:[,.;]|$))"
    r"|refus\w*|reject\w*|rejet\w*|forbid\w*|forbidden|prohibit\w*|banned|interdi\w*|impossible|block\w*"
    r"|bloqu\w*|skip\w*|saute\w*|optional|facultati\w*|forget|forgets|forgot|oubli\w*|omit\w*|omet\w*"
    r"|unnecessary|inutile|superflu\w*|useless|pointless|dispense\w*|exempt\w*|waive\w*|avoid\w*|evite\w*"
    r"|stopped|dropped|scrapped|abandonn\w*|arrete de|cesse\w*|instead of|au lieu d\w*|rather than|plutot que"
    r"|unless|n'est plus|ne sont plus|ne \w+ plus|n'\w+ plus|plus besoin|plus la peine|plus obligatoire|plus "
    r"necessaire|plus utile)(?![\w-])"
)
_RELEASED = re.compile(
    r"\b(?:no (?:longer )?(?:need|point|use|obligation)|not? (?:longer )?(?:needed|necessary|required"
    r"|mandatory|compulsory|obligatory|worth|useful)|(?:don't|doesn't|do not|does not|needn't|need not|no "
    r"longer) (?:have to|need|bother|ask|require)|needn't|need not|optional|unnecessary|skip\w*|without "
    r"(?:waiting|asking|bothering)|"
    r"(?:pas|plus|aucun) (?:besoin|la peine|utile|necessaire|obligatoire|obligation|oblige\w*|exige\w*"
    r"|requis\w*|demande\w*|indispensable)|inutile|facultati\w*|superflu\w*|dispense\w*|exempt\w*|waive\w*"
    r"|passer outre|on peut s'en passer|peut s'en passer|can be omitted|can be left out|laisse\w* tomber"
    r"|nobody|personne ne|no one"
    r"|ne (?:sert|servent) a rien|on saute|abandonn\w*|dropped|stopped|arrete de|ne (?:se )?\w+ plus|n'\w+ "
    r"plus|we never|never|jamais|on ne \w+ pas|on \w+ jamais|on n'\w+ pas|we don't|we do not|i don't|i do not"
    r"|je ne \w+ pas|nous ne \w+ pas|they don't|they do not|isn't|is not|aren't|are not|n'est pas|ne sont pas"
    r"|sans|without|no)(?![\w-])"
)
_ALLOWED = re.compile(
    r"\b(?:can|may|could|allowed|permitted|fine|ok|okay|no problem|tolerat\w*|free to|peut|peuvent|peux|pouvez"
    r"|possible|permet\w*|autoris\w*|tolere\w*|pas de (?:souci|probleme)|permis|suffit|suffisent|enough|ca "
    r"passe|acceptable"
    r"|accepted)(?![\w-])"
)
_RULE = re.compile(
    r"\b(?:limit\w*|deadline\w*|delai\w*|plafon\w*|maximum|max|cap|capped|seuil\w*|threshold\w*|must|have to"
    r"|has to|you have|you've got|has|have|vous avez|tu as|on a|nous avons|il a|elle a|ils ont|doit|doivent"
    r"|dois|devez|faut|rule|regle|required|obligatoire|allowed|mandatory|il y a|there is|only)(?![\w-])"
)
_HABIT = re.compile(
    r"\b(?:usually|generally|often|typically|en general|generalement|souvent|d'habitude|habituellement|try"
    r"|tries|essa\w*|aim\w*|vise\w*|prefer\w*|better|mieux|ideal\w*|to be safe|par securite|par prudence|par "
    r"precaution|margin|marge|i |we |je |j'|on |nous |my |our |mon |notre |last time|la derniere fois"
    r"|s'y prendre|in practice it takes|don't wait|n'attend\w*|plus vite|faster|sooner|plus tot|earlier|as "
    r"soon as|des que|took|takes|a pris|prend)\b"
)
_PAST = re.compile(
    r"\b(?:used to|previously|formerly|in the past|before the new|until last|back then|autrefois|avant c'etait"
    r"|auparavant|dans le temps|a l'epoque|jusqu'a l'an dernier|l'ancienne (?:regle|procedure|version"
    r"|organisation)|l'ancien (?:circuit|systeme|outil|seuil|delai)|the old (?:rule|procedure|system|way|limit"
    r"|process))\b"
)
_SUBSTITUTE = re.compile(
    r"\b(?:away|absen\w*|on leave|in (?:his|her|their) absence|en (?:son|leur) absence|en conges?"
    r"|deputy|deputies|suppleant\w*|adjoint\w*|delegat\w*|delegation|backup|stands? in|remplac\w*|unavailable"
    r"|indisponible)\b"
)


_FRENCH = re.compile(r"\b(?:le|la|les|de|des|du|une|pas|ne|est|et|dans|sur|pour|au|aux|ca|qui|que|chez|a)\b|[cdjlnqs]'")
_SPEAKERS = re.compile(
    r"\b(?:we|i|on|nous|je|j'|nobody|personne|no one|they|ils|most people|people|everyone|tout le monde|chez nous"
    r"|in my team|dans mon equipe|you|vous|tu)(?![\w-])"
)


def speakers(clause: str) -> bool:
    """Whether somebody speaks of what they or people do; *on* only in French."""
    return any(each[0] != "on" or _FRENCH.search(clause) for each in _SPEAKERS.finditer(clause))


def denied(clause: str) -> bool:
    """Whether the clause says *not*: an odd number of denials."""
    heard = _IDLE.sub(" ", clause)
    return len(_DENIED.findall(heard)) % 2 == 1


def release(clause: str) -> re.Match[str] | None:
    """Where the clause says that something is not needed, or is not done by those who speak."""
    return _RELEASED.search(clause)


def denials(clause: str) -> list[re.Match[str]]:
    """Each denial of the clause, idioms such as *no problem* left out."""
    idle = [(each.start(), each.end()) for each in _IDLE.finditer(clause)]
    return [each for each in _DENIED.finditer(clause) if not any(a <= each.start() < b for a, b in idle)]


def allowed(clause: str) -> bool:
    return bool(_ALLOWED.search(clause))


def ruled(clause: str) -> bool:
    """Stated as what holds (*you have*, *the limit is*), not as what somebody happens to do."""
    habit = any(each[0] != "on " or _FRENCH.search(clause) for each in _HABIT.finditer(clause))
    return bool(_RULE.search(clause)) and not habit


def past(clause: str) -> bool:
    return bool(_PAST.search(clause))


def substitutes(clause: str) -> bool:
    """Speaks of somebody standing in for another."""
    return bool(_SUBSTITUTE.search(clause))
