"""How text becomes terms: every test is a sentence about one habit of French, English or technical writing."""

import pickle

import pytest

from indexer.analysis import exact_analyzer, exact_terms, fold, language_analyzer, stop_words


def terms(language: str, text: str) -> list[str]:
    return [token.text for token in language_analyzer(language)(text)]


def wholes(text: str) -> set[str]:
    return {term.text for term in exact_terms(text) if not term.part}


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_elided_articles_are_cut_off_with_either_apostrophe(apostrophe: str) -> None:
    text = "l'entreprise d'un salarié, jusqu'à l'arrivée, lorsqu'il déménage, qu'elle".replace("'", apostrophe)
    assert terms("fr", text) == terms("fr", "entreprise salarié arrivée déménage")


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_aujourdhui_stays_whole(apostrophe: str) -> None:
    text = "aujourd'hui".replace("'", apostrophe)
    assert terms("fr", text) == ["aujourdhui"]
    assert terms("fr", "d" + apostrophe + text) == ["aujourdhui"]
    assert wholes(text) == {"aujourd'hui"}


def test_question_words_are_not_searched_for() -> None:
    assert terms("fr", "Comment faire, quel est le plus simple, où et pourquoi les déclarer ?") == ["simpl", "declar"]
    assert terms("en", "How do I get what is the simplest way? Don't you have more?") == ["simplest"]


def test_words_that_only_look_like_the_other_languages_stop_words_are_kept() -> None:
    assert terms("fr", "le but de l'or") == ["but", "or"]
    assert terms("en", "a comment about the car") == ["comment", "car"]
    assert "how" in stop_words("fr") and "pourquoi" in stop_words("en")


def test_french_stems_meet_across_gender_number_and_tense() -> None:
    assert len({*terms("fr", "déclarer déclarée déclarés déclarait")}) == 1
    assert len({*terms("fr", "congé congés")}) == 1


def test_english_possessives_and_plurals_meet() -> None:
    assert terms("en", "server's servers' servers server") == ["server"] * 4


def test_accents_are_folded_after_stemming() -> None:
    assert terms("fr", "procédure") == ["procedur"]
    assert fold("Œuvre À L'ÉTÉ, Straße") == "oeuvre a l'ete, strasse"


@pytest.mark.parametrize(
    "name",
    [
        "TRV-01",
        "ISO-17025",
        "0x80070005",
        "ORA-12154",
        "C++",
        "C#",
        ".NET",
        "jean.dupont@example.org",
        "v2.7.5",
        "ICP-MS",
    ],
)
def test_codes_and_technical_names_stay_whole_in_a_sentence(name: str) -> None:
    assert name.lower() in wholes(f"Voir l'annexe {name}, puis ({name}). Fin avec {name}.")


def test_codes_also_yield_their_parts() -> None:
    parts = {term.text for term in exact_terms("ISO-17025 jean.dupont@example.org v2.7.5")}
    assert {"iso", "17025", "jean", "dupont", "v2", "2.7.5"} <= parts


def test_unusual_hyphens_are_hyphens() -> None:
    assert "icp-ms" in wholes("ICP\u2011MS")


def test_a_part_stands_where_its_code_stands_so_that_phrases_can_cross_it() -> None:
    positions = {term.text: term.position for term in exact_terms("norme ISO-17025 revue")}
    assert positions == {"norme": 0, "iso-17025": 1, "iso": 1, "17025": 2, "revue": 3}


def test_characters_of_a_token_are_those_of_the_text() -> None:
    text = "Déclarer l’arrêt à jean.dupont@example.org"
    assert [text[term.start : term.end] for term in exact_terms(text) if not term.part] == [
        "Déclarer", "arrêt", "à", "jean.dupont@example.org",
    ]  # fmt: skip
    assert [text[token.startchar : token.endchar] for token in language_analyzer("fr")(text, chars=True)][:2] == [
        "Déclarer", "arrêt",
    ]  # fmt: skip


def test_analyzers_survive_the_pickling_that_whoosh_does() -> None:
    for analyzer in (language_analyzer("fr"), language_analyzer("en"), exact_analyzer()):
        copy = pickle.loads(pickle.dumps(analyzer))
        assert [token.text for token in copy("Déclarer TRV-01")] == [
            token.text for token in analyzer("Déclarer TRV-01")
        ]
