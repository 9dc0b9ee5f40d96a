"""The drift judge: what contradicts a duty, what only adds to it, and how often that is told rightly."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

import tests.drift.__main__ as labelled
from indexer.drift import judge
from indexer.drift.quantities import quantities
from indexer.drift.words import fold, read


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("within two weeks", "sous 14 jours"),
        ("sous 10 jours ouvrés", "in two weeks"),
        ("48 h", "two days"),
        ("dans les 3 mois", "within 90 days"),
        ("1 500 €", "€1,500"),
        ("1,5 k€", "1 500 euros"),
        ("tous les six mois", "twice a year"),
        ("every week", "hebdomadaire"),
        ("17 h 30", "5:30 pm"),
        ("vingt-quatre mois", "two years"),
        ("3 quotes", "trois devis"),
        ("30 %", "trente pour cent"),
        ("2 kg", "2000 g"),
        ("le 30 septembre", "September 30"),
        ("une quinzaine de jours", "two weeks"),
    ],
)
def test_one_quantity_has_many_spellings(one: str, other: str) -> None:
    (mine,), (theirs,) = quantities(read(f"It is {one}.")), quantities(read(f"C'est {other}."))
    assert mine.dimension == theirs.dimension and mine.equals(theirs)


CONFLICTS = [
    ("time", "The manager answers within 5 days.", "We take ten days to answer."),
    ("time", "Le rapport est gardé 5 ans.", "On garde le rapport 10 ans."),
    ("amount", "Deux devis à partir de 5 000 €.", "Deux devis à partir de 10 000 €."),
    ("amount", "Le repas est remboursé jusqu'à 20 € TTC.", "Le repas est remboursé jusqu'à 20 € HT."),
    ("role", "Le DAF signe les garanties.", "Le comptable signe les garanties."),
    ("role", "The buyer orders the part.", "Order the part yourself."),
    ("reference", "Use form F-12 to report it.", "Report it with form F-21."),
    ("negation", "Le casque est obligatoire sur le quai.", "Sur le quai, le casque est facultatif."),
    ("negation", "Badges are never lent.", "You can lend your badge."),
    ("order", "The permit is signed before the work starts.", "We start the work and sign the permit later."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "duty", "practice"), CONFLICTS)
def test_a_contradiction_is_found_with_its_kind_and_the_words_of_both_sides(
    kind: str, duty: str, practice: str
) -> None:
    found = judge(duty, practice)
    assert (found.conflict, found.kind) == (True, kind)
    assert all(part.strip("… ") in whole for part, whole in zip(found.evidence, (duty, practice), strict=True))


@pytest.mark.parametrize(
    ("duty", "practice"),
    [
        ("The manager answers within 5 days.", "We answer in three days."),
        ("The manager answers within 5 days.", "The manager answers within 5 days, the money comes 20 days later."),
        ("Le contrôle a lieu tous les mois.", "On fait le contrôle chaque semaine."),
        ("Deux devis à partir de 5 000 €.", "Pour ma pompe à 1 200 € un seul devis a suffi."),
        ("Le télétravail est limité à trois jours.", "Je prends deux jours de télétravail."),
        ("Le DAF signe les garanties.", "Le comptable prépare les garanties, le DAF les signe."),
        ("Le DAF signe les garanties.", "Quand le DAF est absent, son adjoint signe les garanties."),
        ("The deadline is 60 days.", "The deadline is 60 days, not 30 as it used to be."),
        ("Le casque est obligatoire sur le quai.", "N'oubliez pas le casque sur le quai."),
        ("Badges are never lent.", "Never leave without your badge."),
        ("", "We take ten days."),
        ("The manager answers within 5 days.", ""),
        ("12", "€ % -- ??"),
    ],
)
def test_detail_a_stricter_habit_and_an_example_are_no_contradiction(duty: str, practice: str) -> None:
    assert not judge(duty, practice).conflict


@pytest.mark.parametrize("file", labelled.SETS, ids=lambda file: file.stem)
def test_the_labelled_pairs_are_judged_as_well_as_the_documentation_says(file: Path) -> None:
    counts = labelled.measured(file)
    right = counts["true conflict"]
    assert right / (right + counts["false conflict"]) >= 0.9
    assert right / (right + counts["false none"]) >= 0.85


def test_texts_about_different_things_hardly_ever_contradict() -> None:
    rows = [json.loads(line) for file in labelled.SETS for line in file.read_text("utf-8").splitlines()]
    chance = random.Random(7)
    strangers = [
        (row["duty"], other["practice"])
        for row in rows
        for other in chance.sample([each for each in rows if each["duty"] != row["duty"]], 1)
    ]
    assert sum(judge(*pair).conflict for pair in strangers) / len(strangers) < 0.05


def test_folding_keeps_the_places_of_letters() -> None:
    text = "Œuvre à l’échéance :\u00a01\u202f500 €"
    assert len(fold(text)) == len(text)
