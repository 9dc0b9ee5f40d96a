"""Who is named in a text: roles of an organisation in French and English, each under one idea (*compta*, *accounts
payable* → accounting), longest phrase first. An unknown word with the ending of a trade counts when an article stands
before it (*le soudeur*, *the welder*).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from indexer.drift.words import Text

ROLES = {
    "system": "the system|le systeme|systeme|workflow|robot|l'outil|the tool|automate",
    "manager": (
        "line manager|direct manager|manager|supervisor|line supervisor|boss|n\\+1|responsable hierarchique"
        "|superieur hierarchique|superieur|hierarchie|hierarchique|chef de service|chef|head of unit|head of "
        "department|department head|unit head|responsable de service|responsable d'unite|responsable|encadrant"
        "|head|management|mon n\\+1"
    ),
    "team lead": (
        "team lead(?:er)?|team-lead|chef d'equipe|cheffe d'equipe|animateur d'equipe|shift leader|shift lead"
        "|shift supervisor|chef de quart|chef de poste|foreman|contremaitre|agent de maitrise"
    ),
    "director": (
        "n\\+2|director|directeur|directrice|direction generale|direction|general management|ceo|managing "
        "director|dg|pdg|executive committee|comite de direction|codir|comex|general manager|head of division"
    ),
    "site director": (
        "site director|site manager|plant manager|directeur de site|directrice de site|directeur du site"
        "|directeur d'usine|responsable de site|chef d'etablissement"
    ),
    "branch manager": "branch manager|directeur d'agence|directrice d'agence|chef d'agence|responsable d'agence",
    "adviser": (
        "advisers?|advisors?|account manager|relationship manager|conseillers?|conseilleres?|charges? de "
        "clientele|chargee de clientele|teller|guichetier|relationship officer"
    ),
    "cfo": (
        "cfo|finance director|chief financial officer|daf|directeur financier|directrice financiere|direction "
        "financiere|finance manager|head of finance"
    ),
    "accounting": (
        "accounting|accounts payable|accounts department|accounts team|accountants?|bookkeepers?|comptabilite"
        "|compta|comptables?|service comptable|chief accountant|chef comptable|finance team|finance department"
        "|finance|service financier"
    ),
    "controller": (
        "financial controller|management controller|controllers?|controlling|controle de gestion|controleur de "
        "gestion|controleuse de gestion|business controller"
    ),
    "treasury": "treasur(?:y|er)|tresorerie|tresorier|tresoriere",
    "payroll": (
        "payroll(?: team| officer| department| clerk)?|gestionnaire de paie|gestionnaire paie|service paie|la "
        "paie|equipe paie"
    ),
    "hr": (
        "human resources|hr(?: department| team| business partner| officer| partner| manager| assistant)?|rh"
        "|ressources humaines|service rh|hrbp|gestionnaire rh|charge(?:e)? rh|charge(?:e)? de recrutement"
        "|recruiters?|recruteurs?|recruteuse|talent team"
    ),
    "hr director": (
        "hr director|head of hr|chro|drh|directeur des ressources humaines|directrice des ressources humaines"
    ),
    "buyer": (
        "buyers?|purchasing(?: department| team| manager)?|procurement(?: team| department| officer)?|acheteurs?"
        "|acheteuses?|service achats?|les achats|equipe achats|responsable achats"
    ),
    "it": (
        "it|it support|it team|it department|help ?desk|service ?desk|informatique|service informatique|dsi"
        "|support informatique|support|administrateur systeme|administrateurs?|sysadmins?|system administrators?"
        "|administrators?|admins?|equipe informatique|it operations|hotline|infogerant"
    ),
    "ciso": (
        "ciso|information security officer|security officer|it security|rssi|responsable securite des systemes "
        "d'information|securite informatique|security team|equipe securite|soc"
    ),
    "dpo": (
        "dpo|data protection officer|delegue a la protection des donnees|deleguee a la protection des donnees"
        "|privacy officer|referent rgpd"
    ),
    "legal": (
        "legal(?: department| team| counsel| affairs)?|juridique|service juridique|juristes?|lawyers?|direction "
        "juridique|general counsel|avocats?"
    ),
    "compliance": (
        "compliance(?: officer| department| team| manager)?|conformite|responsable conformite|service conformite"
        "|responsable de la conformite|rcci|tracfin correspondent|correspondant tracfin|aml officer|mlro"
        "|deontologue"
    ),
    "risk": (
        "risk(?: department| officer| manager| management| team| committee)|service des risques|direction des "
        "risques|responsable des risques|credit committee|comite de credit|comite des risques"
    ),
    "audit": "internal audit(?:ors?)?|auditors?|auditeurs?|auditrices?|audit interne|controle interne",
    "quality": (
        "quality(?: manager| department| assurance| team| officer)?|qa(?: manager| team)?|qualite|responsable "
        "qualite|service qualite|assurance qualite|qualiticien(?:ne)?"
    ),
    "safety": (
        "safety(?: officer| manager| team| representative| coordinator)?|hse(?: manager| officer| coordinator)?"
        "|ehs(?: manager| officer)?|qhse|preventeur|preventrice|responsable hse|responsable securite|service "
        "securite|coordinateur securite|animateur securite|charge de prevention|sse"
    ),
    "doctor": (
        "occupational (?:health )?(?:doctor|physician|health)|medecin du travail|medecine du travail|doctor"
        "|medecin|infirmier|infirmiere|nurse|sante au travail"
    ),
    "first aider": "first[- ]aiders?|secouristes?|sst|sauveteurs? secouristes?",
    "union": (
        "works council|cse|comite social et economique|staff representatives?|representants? du personnel|union "
        "delegate|delegue syndical|elus"
    ),
    "lab head": (
        "lab(?:oratory)? (?:manager|head|director|supervisor)|head of (?:the )?lab(?:oratory)?|responsable (?:du "
        "|de )?labo(?:ratoire)?|chef de labo(?:ratoire)?"
    ),
    "technician": (
        "(?:lab(?:oratory)? |maintenance )?technicians?|techniciens?|techniciennes?|lab assistants?|laborantins?"
        "|laborantines?|analysts?|analystes?|chemists?|chimistes?"
    ),
    "metrology": "metrolog(?:y|ist|ists)|metrologie|metrologue|metrologues",
    "operator": "operators?|operateurs?|operatrices?|workers?|ouvriers?|machinists?|regleurs?|setters?",
    "maintenance": (
        "maintenance(?: team| manager| department)?|responsable maintenance|service maintenance|equipe maintenance"
    ),
    "facilities": (
        "facilities(?: team| manager| management)?|services generaux|moyens generaux|general services|building "
        "management"
    ),
    "reception": "reception(?:ist|ists| desk)?|front desk|l'accueil|hotesse d'accueil|agent d'accueil|standardiste",
    "guard": (
        "security guards?|guards?|gardiens?|poste de garde|agents? de securite|gatehouse|gardiennage|security "
        "desk|site security"
    ),
    "project manager": (
        "project (?:manager|leader|lead|owner)|chef de projet|cheffe de projet|chefs de projet|responsable de "
        "projet|pmo|product owner"
    ),
    "assistant": (
        "(?:executive |team |management )?assistants?|assistantes?|secretar(?:y|ies|iat)|secretaires?|secretariat"
    ),
    "requester": "requesters?|requestors?|demandeurs?|demandeuses?|applicants?|claimants?",
    "employee": (
        "employees?|salaries?|salariees?|collaborateurs?|collaboratrices?|staff members?|travellers?|travelers?"
        "|voyageurs?|agents?|users?|utilisateurs?|utilisatrices?|new joiners?|newcomers?|nouvel arrivant"
        "|nouvelle recrue|intern|stagiaires?|apprenti|victime|victim|witness|temoin|author|auteur|redacteur"
    ),
    "budget holder": (
        "budget (?:holder|owner)s?|cost cent(?:re|er) (?:owner|manager)s?|responsable budgetaire|responsable de "
        "budget|responsable du budget|responsable de centre de couts?"
    ),
    "data owner": (
        "(?:data|application|process|system|asset|risk) owners?|proprietaires? (?:de la |du |de l'|des )?\\w+"
        "|pilote de processus|owners?|proprietaires?"
    ),
    "customer": "customers?|clients?|clientes?",
    "supplier": "suppliers?|vendors?|fournisseurs?|prestataires?|contractors?|sous-traitants?|subcontractors?",
    "employer": "employers?|employeurs?|employeuses?",
    "visitor host": "hosts?|hotes?|accompagnateur|accompagnatrice|accompagnant",
    "trainer": (
        "trainers?|training (?:officer|manager|coordinator|team)|formateurs?|formatrices?|chargee? de formation"
        "|charge(?:e)? de formation|responsable formation|service formation|tutors?|tuteurs?|tutrices?|mentors?"
        "|buddy|parrain|marraine"
    ),
    "communication": (
        "communications?(?: team| department| officer)|service communication|charge de communication|press office"
        "|service presse|marketing(?: team)?"
    ),
    "warehouse": (
        "warehouse(?: team| manager| keeper)?|storekeepers?|magasiniers?|magasinieres?|magasin|logistics"
        "|logistique|goods[- ]in|reception marchandises"
    ),
    "engineer": (
        "engineers?|ingenieurs?|methodes|process engineers?|developers?|developpeurs?|developpeuses?|bureau "
        "d'etudes|design office"
    ),
    "committee": (
        "purchasing committee|comite d'achat|comite des achats|steering committee|comite de pilotage|copil"
        "|change advisory board|cab|committee|comite|commission|board"
    ),
    "colleague": (
        "colleagues?|collegues?|peers?|pairs?|co-?workers?|second reviewer|another analyst|binome|anyone"
        "|n'importe qui|whoever|tout le monde|everyone|everybody"
    ),
    "electrician": (
        "electricians?|electriciens?|electriciennes?|charge de consignation|charge de travaux|charge d'affaires"
    ),
    "fire warden": "fire wardens?|guide-file|serre-file|fire marshals?|equipier(?:s)? (?:de premiere|d')?\\w*",
    "sales": (
        "sales(?: rep| team| manager| department| representative|people|person)?|commercia(?:l|le|ux|les)"
        "|salesperson|service commercial|administration des ventes|adv"
    ),
    "back office": "back[- ]office|middle[- ]office|banking operations|operations bancaires|operations",
    "insurance": "insurer|insurance|assureur|mutuelle|courtier|broker",
}
WIDER = {
    "hr": {"hr director"},
    "employee": {"requester", "operator", "technician", "adviser", "engineer", "sales", "colleague", "visitor host"},
    "director": {"site director"},
    "requester": {"colleague"},
    "technician": {"operator", "metrology"},
    "maintenance": {"technician", "electrician"},
    "manager": {"team lead"},
}
_OUTSIDE = frozenset({"employee", "customer", "supplier", "insurance", "doctor"})
_ANY_HEAD = frozenset(
    {"manager", "boss", "chef", "responsable", "head", "supervisor", "superieur", "encadrant", "management"}
)
_HEADS = frozenset(
    {"manager", "team lead", "branch manager", "site director", "lab head", "director", "maintenance", "quality"}
)
_SELF = re.compile(
    r"\b(?:yourself|themselves|moi-meme|toi-meme|vous-memes?|soi-meme|lui-meme|elle-meme|eux-memes|myself"
    r"|ourselves|tout seul|toute seule|on (?:my|your|their) own)\b"
)
_TRADE = re.compile(
    r"\b(?:le|la|l'|un|une|du|au|notre|votre|mon|ma|les)\s?(?P<fr>[a-z]{3,}(?:eur|euse|trice|ien|ienne|iste|logue"
    r"|ier|iere))\b|\b(?:the|a|an|our|your|my)\s(?P<en>[a-z]{3,}(?:ist|ian|keeper|officer|engineer|lder|tter|cker"
    r"|inspector|coordinator|ager|visor))\b"
)
_ANYBODY = re.compile(
    r"\b(?:any|n'importe quel|n'importe quelle)\s([a-z]{4,})(?=(?:\s\w+){0,4}\s(?:can|may|peut|is allowed)\b)"
)
_NO_TRADES = (
    "dossier papier courrier fichier cahier calendrier chantier atelier quartier premier dernier premiere "
    "derniere matiere maniere barriere lumiere valeur erreur couleur largeur hauteur secteur moteur facteur "
    "serveur ordinateur jour heure compteur extincteur classeur interieur exterieur meilleur plusieurs ascenseur "
    "levier evier panier clavier metier entier mobilier particulier letter matter list detecteur capteur vecteur "
    "conteneur trieur agitateur refrigerateur congelateur minuteur conducteur liste piste message passager sector "
    "vector locker sticker docker folder manager mainteneur transformateur ancien moyen quotidien lien bien rien "
    "chien entretien maintien soutien italien paysager centre inventaire projector director collier escalier "
    "papiers sentier cuisinier tablier boitier chantiers vestiaire longueur profondeur chaleur odeur vapeur "
    "humeur peur douleur rigueur vigueur faveur honneur"
)
_NO_TRADE = frozenset(_NO_TRADES.split())


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody named: `role` is an idea of ROLES, or the word itself; `self` for *yourself*."""

    role: str
    text: str
    start: int
    end: int


def mentions(text: Text, start: int = 0, end: int | None = None) -> list[Mention]:
    """Everybody named between two places, in order. *it* is a department only in capitals."""
    folded, stop = text.folded, len(text.folded) if end is None else end
    found = [
        Mention(_roles()[_key(match)], match[0], match.start(), match.end())
        for match in _known().finditer(folded, start, stop)
    ]
    found += [Mention("self", match[0], match.start(), match.end()) for match in _SELF.finditer(folded, start, stop)]
    for match in _TRADE.finditer(folded, start, stop):
        name = match["fr"] or match["en"]
        free = not any(each.start < match.end() and match.start() < each.end for each in found)
        if free and name not in _NO_TRADE:
            found.append(Mention(f"={name.rstrip('s')}", name, match.end() - len(name), match.end()))
    named = [each for each in found if each.text != "it" or text.original[each.start : each.end] == "IT"]
    named = [
        *named,
        *(
            Mention(f"={match[1]}", match[1], match.start(1), match.end(1))
            for match in _ANYBODY.finditer(folded, start, stop)
            if not any(each.start <= match.start(1) < each.end for each in found)
        ),
    ]
    return _joined(sorted(named, key=lambda each: each.start))


def _joined(found: list[Mention]) -> list[Mention]:
    """One mention for *comptable fournisseurs* and *project team*: what stands directly behind belongs to the first."""
    kept: list[Mention] = []
    for each in found:
        if kept and each.start - kept[-1].end == 1 and each.role != "self":
            kept[-1] = replace(kept[-1], text=f"{kept[-1].text} {each.text}", end=each.end)
        else:
            kept.append(each)
    return kept


def compatible(one: Mention, other: Mention) -> bool:
    """Whether the two may be the same person: one role, one within the other, or one named more exactly."""
    if "self" in (one.role, other.role):
        return {one.role, other.role} <= {"self", "employee", "requester"}
    if one.role == other.role:
        return not _ranks_apart(one.text, other.text)
    if other.role in WIDER.get(one.role, ()) or one.role in WIDER.get(other.role, ()):
        return True
    if "employer" in (one.role, other.role):  # whoever acts in a house acts for it
        return not {one.role, other.role} & _OUTSIDE
    if (one.text in _ANY_HEAD and other.role in _HEADS) or (other.text in _ANY_HEAD and one.role in _HEADS):
        return True
    mine, theirs = set(one.text.split()), set(other.text.split())
    return mine <= theirs or theirs <= mine


def _ranks_apart(one: str, other: str) -> bool:
    """Assistants and heads of the same service are two people."""
    return ("assistant" in one) != ("assistant" in other) and "assistant" in f"{one}{other}" and one[:4] != other[:4]


def _key(match: re.Match[str]) -> int:
    return next(number for number, group in enumerate(match.groups()) if group is not None)


@cache
def _roles() -> list[str]:
    return [role for role, _ in _patterns()]


@cache
def _patterns() -> list[tuple[str, str]]:
    return sorted(_split(), key=lambda pair: len(pair[1]), reverse=True)


def _split() -> list[tuple[str, str]]:
    """Each role with each of its phrases, cut at the bars outside brackets."""
    pairs = []
    for role, phrases in ROLES.items():
        depth, last = 0, 0
        for place, letter in enumerate(phrases + "|"):
            depth += (letter == "(") - (letter == ")")
            if letter == "|" and depth == 0:
                pairs.append((role, phrases[last:place]))
                last = place + 1
    return pairs


@cache
def _known() -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + "|".join(f"({phrase}s?)" for _, phrase in _patterns()) + r")(?![\w-])")
