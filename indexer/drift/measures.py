"""How quantities are written in French and English: one pattern for each way, over folded text (`words.fold`)."""

from __future__ import annotations

import re

DAY = {
    "h": 1 / 24,
    "min": 1 / 1440,
    "s": 1 / 86400,
    "j": 1.0,
    "w": 7.0,
    "m": 30.4,
    "q": 91.3,
    "half": 182.5,
    "y": 365.0,
    "fortnight": 14.0,
    "shift": 0.5,
}
SPAN = (
    r"(?P<h>heures?|hours?|hrs?|h)|(?P<min>minutes?|min|mn)|(?P<s>secondes?|seconds?|sec)|(?P<j>(?:working "
    r"|business |calendar |clear |full |week)?days?"
    r"|jours?|j|jrs?)|(?P<w>semaines?|weeks?|wks?)|(?P<m>mois|months?)|(?P<q>trimestres?|quarters?)"
    r"|(?P<half>semestres?)|(?P<y>ans?|annees?|years?|yrs?)|(?P<fortnight>fortnights?)|(?P<shift>shifts?)"
)
SPAN_AFTER = re.compile(
    rf"[\s-]?(?:of |de |d')?(?:full |pleins? |bonn?e?s? |good )?(?:{SPAN})(?:'s)?(?![\w])(?P<nature>\s?(?:ouvres?"
    rf"|ouvrables?|calendaires?|francs?|working|business|calendar))?"
)
EVERY = {
    "daily": 1,
    "quotidien": 1,
    "quotidienne": 1,
    "quotidiennement": 1,
    "weekly": 7,
    "hebdomadaire": 7,
    "hebdomadairement": 7,
    "hebdo": 7,
    "fortnightly": 14,
    "biweekly": 14,
    "bimensuel": 15,
    "bimensuelle": 15,
    "monthly": 30.4,
    "mensuel": 30.4,
    "mensuelle": 30.4,
    "mensuellement": 30.4,
    "bimonthly": 60.8,
    "quarterly": 91.3,
    "trimestriel": 91.3,
    "trimestrielle": 91.3,
    "trimestriellement": 91.3,
    "half-yearly": 182.5,
    "semi-annual": 182.5,
    "semestriel": 182.5,
    "semestrielle": 182.5,
    "biannual": 182.5,
    "yearly": 365,
    "annual": 365,
    "annually": 365,
    "annuel": 365,
    "annuelle": 365,
    "annuellement": 365,
}
EVERY_WORD = re.compile(r"\b(" + "|".join(sorted(map(re.escape, EVERY), key=len, reverse=True)) + r")s?\b")
UNIT_WORD = re.sub(r"\?P<\w+>", "?:", SPAN)
EACH = re.compile(
    rf"\b(?:every|each|chaque|tous les|toutes les|once an?|une fois par|1 fois par|one time per|once per|once "
    rf"every|une fois tous les|une fois toutes les)\s(?P<other>other\s|second\s)?(?:(?:{SPAN})\b"
    rf"|(?P<morning>matins?|mornings?|soirs?|evenings?|nights?|shifts?))"
)
TIMES_PER = re.compile(
    rf"\b(?P<n>twice|deux fois|two times|2 fois|three times|trois fois|3 fois|four times|quatre fois|4 "
    rf"fois)(?:\s(?:par|per|a|an|each|every|l'|chaque)\s?)(?:{SPAN})\b"
)
TIMES_N = {
    "twice": 2,
    "deux fois": 2,
    "two times": 2,
    "2 fois": 2,
    "three times": 3,
    "trois fois": 3,
    "3 fois": 3,
    "four times": 4,
    "quatre fois": 4,
    "4 fois": 4,
}
ONE_PER = re.compile(
    rf"\b(?:une?|one|a|1)\s(?!\d|deux|trois|quatre|cinq|six|dix|two|three|four"
    rf"|five)(?!(?:{UNIT_WORD})\b)(?:[^\W\d_]+\s){{1,5}}(?<!for )(?<!within )(?<!in )(?<!lasts "
    rf")(?<!after )(?:par|per|a|each|every)\s(?:{SPAN})\b"
)
EVERY_BEFORE = re.compile(r"\b(?:every|tous les|toutes les|each)\s$")
CLOCK = re.compile(
    r"(?<![\w,.-])(?P<hour>[01]?\d|2[0-4])(?:(?:\s?h\s?|:)(?P<minute>[0-5]\d)?(?:\s?(?P<half2>am|pm|a\.m\."
    r"|p\.m\.))?|\s?(?:\.(?P<dot>[0-5]\d)\s?)?(?P<half>am|pm|a\.m\.|p\.m\.|o'clock))(?![\w])"
    r"|(?<![-\w])(?P<name>midi|noon|minuit|midnight)\b"
)
MONTHS = (
    "janvier january",
    "fevrier february",
    "mars march",
    "avril april",
    "mai may",
    "juin june",
    "juillet july",
    "aout august",
    "septembre september",
    "octobre october",
    "novembre november",
    "decembre december",
)
MONTH = {name: number for number, names in enumerate(MONTHS, 1) for name in names.split()}
NAMES = "|".join(MONTH)
DATE = re.compile(
    rf"\b(?P<d1>\d{{1,2}}|1er)(?:st|nd|rd|th|er)?\s(?:of\s)?(?P<m1>{NAMES})\b(?!\s\d{{4}})"
    rf"|\b(?P<m2>{NAMES})\s(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,?\s\d{{4}}|\s?[h%€])"
    r"|\b(?:the|le|du|au|by)\s(?P<d3>\d{1,2}|1er)(?:st|nd|rd|th|er)?(?=\s(?:of (?:the|each|every) month|du "
    r"mois|de chaque mois|every month|chaque mois|of the following|du mois suivant|each month|in the month)"
    r"|(?<=[a-z])(?![\w%€]|\s\w))"
)
PART_OF_MONTH = re.compile(
    rf"\b(?P<part>end of|fin|mid|mi|middle of|beginning of|debut|start of)[\s-](?P<month>{NAMES})\b"
)
WEEKDAYS = (
    "lundi monday",
    "mardi tuesday",
    "mercredi wednesday",
    "jeudi thursday",
    "vendredi friday",
    "samedi saturday",
    "dimanche sunday",
)
WEEKDAY = {name: number for number, names in enumerate(WEEKDAYS) for name in names.split()}
WEEKDAY_WORD = re.compile(r"\b(" + "|".join(WEEKDAY) + r")s?\b")
WEEKLY = re.compile(
    r"\b(?:(?:every|each|chaque|tous les|les)\s(?:"
    + "|".join(WEEKDAY)
    + r")s?|(?:"
    + "|".join(each.split()[1] for each in WEEKDAYS)
    + r")(?:s|\s(?:mornings|afternoons|evenings)))\b"
)
INSTANT = re.compile(
    r"\b(?P<same>same day|le jour meme|jour meme|meme jour|same-day|dans la journee|the day it happens|day "
    r"of)\b|\b(?P<now>immediate(?:ly)?|immediatement|sans delai|sans attendre|aussitot|at once|right away"
    r"|straight away|sur-le-champ|tout de suite|without delay)\b"
    r"|\b(?P<next>next (?:working |business )?day|following (?:working |business )?day|le lendemain|lendemain"
    r"|jour suivant)\b"
)
FORTNIGHT = re.compile(r"\b(?:a|one|une?)\s(?:fortnight)\b|\bquinzaine\b(?!\s(?:de|d'))|\bhuitaine\b(?!\s(?:de|d'))")
ARTICLE_SPAN = re.compile(
    rf"\b(?:an?|une?)\s(?P<half_>half[ -]|demi[ -]|demie[ -])?(?:full |whole |bonne |good )?(?:{SPAN})\b"
)
TOGETHER = re.compile(
    r"(?:^|(?<=[\s,;]))a\s(?P<n>deux|trois|quatre|cinq|six|sept|huit|[2-9])(?=\s?(?:$|[.,;]|(?:dans|sur|pour|en|au"
    r"|a la|on|ca|c'est)\b))"
)
WHOLE = re.compile(
    rf"\b(?:the|your|my|the) (?:whole|entire|full) (?:{SPAN})\b|\b(?P<all>toute la semaine|all week|toute la "
    rf"journee|all day|toute l'annee|all year)\b"
)
ALL = {"maine": 7.0, "week": 7.0, "urnee": 1.0, "day": 1.0, "annee": 365.0, "year": 365.0}
HALF = {
    "half an hour": 1 / 48,
    "half-hour": 1 / 48,
    "demi-heure": 1 / 48,
    "half a day": 0.5,
    "half-day": 0.5,
    "demi-journee": 0.5,
}
HALF_WORD = re.compile(r"\b(" + "|".join(HALF) + r")s?\b")
MONEY_AFTER = re.compile(
    r"[\s-]?(?:€|euros?\b|eur\b|\$|£|usd\b|gbp\b|dollars?\b|pounds?\b)(?:\s?(?P<nature>ht|ttc|hors taxes?|toutes "
    r"taxes|excl\w*\.?(?: (?:of )?(?:vat|tax))?|incl\w*\.?(?: (?:of )?(?:vat|tax))?|net|brut|gross|before (?:vat"
    r"|tax)|plus vat|with vat|vat included))?"
)
MONEY_BEFORE = re.compile(r"(?:€|\$|£|\beur |\busd |\bgbp )\s?$")
UNIT_AFTER = re.compile(
    r"\s?(?P<unit>°\s?c|degres?\b|degrees?(?: celsius)?\b|c\b(?=[\s.,;)]|$)|kg\b|mg\b|g\b|grammes?\b|tonnes?\b"
    r"|km\b|kilometres?\b|cm\b|mm\b|metres?\b|meters?\b|m\b|ml\b|litres?\b|liters?\b|l\b|bars?\b|kpa\b|psi\b"
    r"|volts?\b|v\b|db\b|dba\b|go\b|gb\b"
    r"|mo\b|mb\b|characters?\b|caracteres?\b|chars?\b|tours\b|rpm\b|lux\b|ppm\b|µm|points?\b)"
)
SAME_UNIT = {
    "degres": "°c",
    "degre": "°c",
    "degrees": "°c",
    "degree": "°c",
    "degrees celsius": "°c",
    "c": "°c",
    "° c": "°c",
    "grammes": "g",
    "gramme": "g",
    "kilometres": "km",
    "kilometre": "km",
    "metres": "m",
    "metre": "m",
    "meters": "m",
    "meter": "m",
    "litres": "l",
    "litre": "l",
    "liters": "l",
    "liter": "l",
    "bars": "bar",
    "volts": "v",
    "volt": "v",
    "gb": "go",
    "mb": "mo",
    "characters": "caracteres",
    "character": "caracteres",
    "caractere": "caracteres",
    "chars": "caracteres",
    "char": "caracteres",
    "dba": "db",
    "points": "point",
    "tonnes": "tonne",
}
SCALE = {
    "kg": ("g", 1000.0),
    "mg": ("g", 0.001),
    "km": ("m", 1000.0),
    "cm": ("m", 0.01),
    "mm": ("m", 0.001),
    "ml": ("l", 0.001),
    "tonne": ("g", 1e6),
    "go": ("mo", 1024.0),
}
PERCENT_AFTER = re.compile(r"\s?(?:%|percent\b|per cent\b|pour ?cent\b|pour-cent\b)")
RANGE = re.compile(r"\s?(?:[€$£]|euros?|eur|%)?\s?(?:a|to|-|–|ou|or|et|and)\s?(?:[€$£])?\s?$")
THING_AFTER = re.compile(r"\s[a-z][a-z-]{2,}(?:\s[a-z][a-z-]{2,}){0,2}")
WORD = re.compile(r"[a-z][a-z-]+")
NTH = {
    "first": 1, "premier": 1, "second": 2, "deuxieme": 2, "third": 3, "troisieme": 3, "fourth": 4, "quatrieme": 4,
    "fifth": 5, "cinquieme": 5, "sixth": 6, "sixieme": 6, "seventh": 7, "septieme": 7, "eighth": 8, "huitieme": 8,
    "ninth": 9, "neuvieme": 9, "tenth": 10, "dixieme": 10,
}  # fmt: skip
NTH_DAY = re.compile(
    r"\b(?:(?P<digits>\d{1,2})(?:er|e|eme|st|nd|rd|th)|(?P<word>"
    + "|".join(NTH)
    + r"))\s(?:working |business )?(?:jour|day)\b"
)
FIRST_SPAN = re.compile(rf"\b(?:first|premiere?)\s(?!\w*\s?jour)(?:{SPAN})\b")
EACH_USE = re.compile(
    rf"\b(?:after|before|apres|avant|a|for|pour)\s(?:each|every|chaque)\s(?!(?:{UNIT_WORD})\b)[a-z]{{3,}}"
)
BY_NUMBER = re.compile(r"\b(?:by|par)\s(?P<n>two|deux|2|three|trois|3|both)\b")
END_OF = re.compile(
    r"\b(?:(?P<day>end of (?:the )?(?:working )?day|close of business|fin de (?:la )?journee)|(?P<week>end of "
    r"(?:the )?week"
    r"|fin de (?:la )?semaine)|(?P<month>end of (?:the )?month|fin (?:de|du) mois)|(?P<next>next week|following week"
    r"|semaine prochaine|semaine suivante)|(?P<later>next month|following month|mois prochain))\b"
)
END = {"day": (0.0, 1.0), "week": (3.0, 7.0), "month": (8.0, 31.0), "next": (3.0, 14.0), "later": (15.0, 62.0)}
FLOOR_IS = re.compile(r"\b(?:minimum|minimal\w*|minimale)\b(?:\s\S+){0,5}\s$")
ALONE = re.compile(
    r"\b(?P<one>alone|(?:controle|signature|validation|check) (?:simple|unique)|(?:single|simple) (?:control\w*"
    r"|signature|validation|check\w*)|by (?:my|your|him|her)self|tout seul|toute seule|on (?:my|your|his|her"
    r"|their) own)\b|\b(?P<two>dual control|four[ -]eyes|quatre yeux|double (?:control\w*|signature|validation"
    r"|check\w*)|in pairs|en binome|a deux(?=\s?(?:$|[.,;]|(?:dans|sur|pour|en)\b))|two-person|deux personnes"
    r"|two people|double controle)\b"
)

TO_MOST = re.compile(
    r"\b(?:within|under|less than|below|up to|at most|max(?:imum|i)?\.?(?: of| de)?|no (?:more|later|longer) than"
    r"|not (?:exceed|more than)\w*|must not exceed|not to exceed|capped at|limit\w* (?:of|to|is|at|a|de)|cap of"
    r"|ceiling\w* (?:of|is|at)|plafon\w* (?:a|de|est|fixe a)?|plafond est de"
    r"|sous|dans (?:les|un delai de|le delai de|l'|la|le)|en moins de|moins de|en dessous de"
    r"|au-dessous de|inferieur\w* a|jusqu'aux?|jusqu'a|au plus|pas plus de|sans depasser|ne\s\w+ pas "
    r"(?:depasser |exceder )?|n'excede pas|ne depasse pas|ne pas depasser|limite\w* (?:a|de"
    r"|est de|est|fixee a)"
    r"|by|before|avant|until|au plus tard(?: le| a)?|at the latest(?: on| by)?|in|en|d'ici"
    r"|sub)\s(?:the |les? |la |a |de |du |about |environ |d'|l')?$"
)
TO_LEAST = re.compile(
    r"\b(?:at least|minimum(?: of| de)?|min\.?|not less than|no less than|no fewer than|au moins|au minimum|pas "
    r"moins de|for at least)\s(?:the |les |de |d')?$"
)
TO_FROM = re.compile(
    r"\b(?:over|above|more than|past|from|exceed\w*|beyond|starting (?:at|from)|plus de|a partir de|des|au-dessus "
    r"de|au dessus de|au-dela de|au dela de|superieur\w* a|depass\w*|excede\w*|supérieure a|greater than|higher "
    r"than|older than|>|>=|≥)\s?(?:the |les |de |d'|l')?$"
)
TO_BELOW = re.compile(
    r"\b(?:under|less than|below|moins de|en dessous de|au-dessous de|inferieur\w* a|<|≤)\s?(?:the |les |de |d')?$"
)
MOST_AFTER = re.compile(
    r"\s?(?:\([^)]*\)\s?)?(?:max(?:imum|i)?\b|at most|at the latest|au plus(?: tard)?|au maximum|or less|or under"
    r"|ou moins|or fewer|tops|grand max)"
)
LEAST_AFTER = re.compile(r"\s?(?:minimum\b|mini\b|min\b|at least|au moins|au minimum|or more|or longer|ou plus)")
FROM_AFTER = re.compile(r"\s?(?:and over|and above|et plus|or over|and more|et au-dela|or above|upwards)")
LEAD_AFTER = re.compile(
    r"\s?(?:\w+ )?(?:before|avant|ahead|in advance|a l'avance|prior|earlier|beforehand|en amont|notice|preavis)\b"
)
WAITED = re.compile(r"\b(?:compte[rz]?|faut|takes?|took|attend\w*|wait\w*|prend|expect\w*)\s(?:\w+\s){0,3}$")
KEEP = re.compile(
    r"\b(?:keep|effac|delet|destroy|detrui|purg|shred|supprim|erase|broy|anonymis|kept|retain|retention|archiv"
    r"|conserv|gard(?:e|er|ee|es|ent|ons|ez)\b|stor(?:e|ed|age)\b)"
)
KEEP_AFTER = re.compile(r"\s(?:of |de )?(?:retention|conservation|archiv|storage)")
AGE_AFTER = re.compile(r"\s?(?:old\b|d'age|d'anciennete|of age)")
AGE_BEFORE = re.compile(
    r"(?:dat(?:e|ant) de|dated|de moins de|no older than|older than|valid for|valable|not older than|(?:issued"
    r"|etabli\w*|emis\w*) (?:less than|within|il y a)(?: the last)?)\s(?:moins de )?$"
)
TOLERATED = re.compile(
    r"\b(?:acceptable|tolera\w*|maximum|maximal\w*|ceiling|plafond|allowed|admis\w*|autorise\w*|permitted"
    r"|allowance)\b(?:\s\S+){0,6}\s$"
)
RATE = re.compile(r"\s?(?:(?:ht|ttc)\s)?(?:/|(?:par|per|each|every|a|an)\s(?!partir|la|le)[a-z])")
GONE = re.compile(
    r"(?:\b(?:(?<!exceed )not|(?<!depasse )(?<!excede )(?<!depassent )(?<!excedent )pas|no longer|instead of|au "
    r"lieu de|au lieu des|au lieu du|rather than|plutot que|et non|used to be|was|was still|avant c'etait|c'etait"
    r"|previously|formerly|etait de|etait|were|ancien\w*|old|et plus|and no longer|n'est plus(?: de)?|ne sont "
    r"plus(?: de)?|remplace\w* les?|replaces? the|forget the|oublie\w* les?)\s(?:the |les |de |le |la |at |a |d'"
    r"|in |after |within )?(?:limit of |delai de )?$)"
)
