"""What is written by ear, or in haste on a phone, in full: *ki dois je prevenir si jme sui coupé*.

Such words stand in no text, and most are too short to be told from a slip of the finger. They are never replaced
unasked: what they stand for is proposed where it finds more.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_FRENCH = """
ki qui; ke que; k que; koi quoi; kel quel; kelle quelle; kels quels; kan quand; kand quand; qd quand; kom comme;
pk pourquoi; pq pourquoi; pkoi pourquoi; prkoi pourquoi; pourkoi pourquoi; parske parce que; paske parce que;
pcq parce que; pck parce que; cmt comment; coment comment; comen comment; commen comment; kombien combien;
jme je me; jte je te; jle je le; jsuis je suis; jsui je suis; jsus je suis; chui je suis; chuis je suis; sui suis;
jai j'ai; jé j'ai; g j'ai; gt j'étais; jpeux je peux; jpeu je peux; jdois je dois; jdoi je dois; doi dois;
jveux je veux; jveu je veux; jsais je sais; jsai je sais; jfais je fais; jfai je fais; jvais je vais; jvai je vais;
c c'est; cest c'est; cété c'était; cetait c'était; ya il y a; yavait il y avait; fo faut; fau faut; faudrai faudrait;
pa pas; plu plus; jamai jamais; tjs toujours; tjr toujours; tjrs toujours; mtn maintenant; mnt maintenant;
ds dans; dan dans; ac avec; avek avec; pr pour; ché chez; ojd aujourd'hui; ajd aujourd'hui; dmain demain;
kelkun quelqu'un; kelqun quelqu'un; qqn quelqu'un; qqun quelqu'un; kelke quelque; qqch quelque chose; qqe quelque;
tt tout; tte toute; bcp beaucoup; ossi aussi; otre autre; lotre l'autre; vou vous; nou nous; ms mais; mé mais;
pb problème; pbm problème; rdv rendez-vous; ordi ordinateur; mdp mot de passe; bdc bon de commande;
"""
_ENGLISH = """
pls please; plz please; u you; ur your; r are; wat what; wot what; wen when; hw how; cuz because; coz because;
ppl people; w/o without; dunno do not know; gonna going to; wanna want to; gotta have to; pwd password; tmrw tomorrow;
smth something; smn someone; acct account; mgr manager;
"""
_ENTRIES = (each.split() for each in f"{_FRENCH}{_ENGLISH}".split(";"))
IN_FULL: Mapping[str, str] = {entry[0]: " ".join(entry[1:]) for entry in _ENTRIES if entry}
_WORD = re.compile(r"(?<!['’])\b\w+(?:/\w+)?\b(?!['’]\w)")


def in_full(text: str) -> str:
    """The text with what is written by ear in full; a first capital is kept, words in capitals are left."""

    def written(found: re.Match[str]) -> str:
        word = found.group()
        meant = IN_FULL.get(word.lower())
        if meant is None or word.isupper():
            return word
        return meant[0].upper() + meant[1:] if word[0].isupper() else meant

    return _WORD.sub(written, text)
