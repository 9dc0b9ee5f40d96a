"""The word index on real folders: ranking equal to Whoosh's, visibility, crashes, several processes."""

import random
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whoosh import scoring
from whoosh.filedb.filestore import FileStorage
from whoosh.index import FileIndex
from whoosh.query import Or
from whoosh.query import Term as WhooshTerm
from whoosh.searching import Searcher

from indexer import lexical, postings, segments
from indexer.lexical import IndexBroken, IndexBusy, LexicalDocument, LexicalIndex
from indexer.spelling import Vocabulary
from indexer.wording import normal, weighted_terms

ROOT = Path(__file__).parents[2]


def passage(number: int, text: str, title: str = "", language: str = "en") -> LexicalDocument:
    return LexicalDocument(number, language, title, text)


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    return LexicalIndex(tmp_path / "words")


def numbers(found: tuple[np.ndarray, np.ndarray]) -> list[int]:
    return found[0].tolist()


def only(*allowed: int) -> np.ndarray:
    mask = np.zeros(max(allowed, default=0) + 1, dtype=np.bool_)
    mask[list(allowed)] = True
    return mask


# Ranking


def whoosh_scores(index: LexicalIndex, folder: Path, words: str) -> dict[int, float]:
    """What Whoosh's own searcher gives for the same weighted terms."""
    snapshot = index._current()
    terms = weighted_terms(snapshot, normal(words), snapshot.live, index._cache)
    query = Or([WhooshTerm(term.field, term.text, boost=term.weight) for term in terms])
    weighting = scoring.BM25F(B=segments.B, K1=segments.K1)
    files = FileIndex(FileStorage(str(folder)), indexname=lexical.INDEX_NAME)

    class Reference(Searcher):  # type: ignore[misc]
        def avg_field_length(self, fieldname: str, default: float | None = None) -> float:
            if postings.AVERAGE_OVER_FILLED:
                return snapshot.average_length(fieldname)
            return float(super().avg_field_length(fieldname, default))

    with Reference(files.reader(), fromindex=files, weighting=weighting) as searcher:
        column = searcher.reader().column_reader(segments.NUMBER) if snapshot.size else []
        return {column[hit.docnum]: hit.score for hit in searcher.search(query, limit=None)}


WORDS = ["pump", "pumps", "valve", "seals", "c++", "c#", "TRV-01", "pompe", "pompes", "déclarer", "declarer", "the"]
texts = st.lists(st.sampled_from(WORDS), min_size=0, max_size=12).map(" ".join)
passages = st.builds(LexicalDocument, st.integers(0, 15), st.sampled_from(["fr", "en"]), texts, texts)
commits = st.lists(st.tuples(st.lists(passages, max_size=6), st.sets(st.integers(0, 15), max_size=4)), max_size=6)


@settings(max_examples=60, deadline=None)
@given(commits=commits, words=texts, factor=st.sampled_from([2, 3, 100]), filled=st.booleans())
def test_scores_equal_whooshs_own_through_updates_deletions_and_merges(
    commits: list[tuple[list[LexicalDocument], set[int]]], words: str, factor: int, filled: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexical, "MERGE_FACTOR", factor)
        patch.setattr(postings, "AVERAGE_OVER_FILLED", filled)
        index, standing = LexicalIndex(Path(folder)), set()
        for add, remove in commits:
            index.write(add, remove)
            standing = standing - remove | {document.number for document in add}
            index.search(words, None, 3)  # fills the caches between generations
        assert sorted(index._current().numbers[index._current().live]) == sorted(standing)
        expected = whoosh_scores(index, Path(folder), words)
        found, scores = index.search(words, None, 1000)
        assert dict(zip(found.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-4)
        assert scores.tolist() == sorted(scores.tolist(), reverse=True)
        best, top = index.search(words, None, 3)
        assert best.tolist() == found[:3].tolist() and top.tolist() == scores[:3].tolist()


def test_long_posting_lists_equal_whooshs_too(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.write(
        [passage(n, "pump " * (n % 5 + 1) + f"seal{n % 7} " * (n % 3) + "x1 " * (n % 40)) for n in range(900)], []
    )
    index.write([passage(n, "pump valve") for n in range(0, 900, 9)], range(1, 900, 11))
    expected = whoosh_scores(index, tmp_path, "pump seal3 valve")
    found, scores = index.search("pump seal3 valve", None, 1000)
    assert dict(zip(found.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected, rel=1e-4)


def test_the_smaller_language_can_be_averaged_over_its_own_passages(
    index: LexicalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.write([passage(n, "pump valve") for n in range(9)] + [passage(9, "pompe vanne joint", language="fr")], [])
    monkeypatch.setattr(postings, "AVERAGE_OVER_FILLED", False)
    assert index._current().average_length("text_fr") == pytest.approx(0.3)
    monkeypatch.setattr(postings, "AVERAGE_OVER_FILLED", True)
    assert index._current().average_length("text_fr") == 3


def test_equal_scores_are_ordered_by_number(index: LexicalIndex) -> None:
    index.write([passage(n, "pump") for n in (7, 3, 9, 1)], [])
    assert numbers(index.search("pump", None, 3)) == [1, 3, 7]


def test_an_empty_index_and_an_empty_query_find_nothing(index: LexicalIndex) -> None:
    assert numbers(index.search("pump", None, 5)) == []
    index.write([passage(1, "pump")], [])
    assert numbers(index.search("  ?! ", None, 5)) == numbers(index.phrase("", None, 5)) == []


def test_a_query_of_stop_words_alone_still_finds_them(index: LexicalIndex) -> None:
    index.write([passage(1, "who are you"), passage(2, "pump")], [])
    assert numbers(index.search("who are you", None, 5)) == [1]


def test_french_without_accents_finds_french_with_accents(index: LexicalIndex) -> None:
    index.write(
        [passage(1, "Les congés déclarés à l’étranger", language="fr"), passage(2, "Les pompes", language="fr")], []
    )
    assert numbers(index.search("declares etranger", None, 5)) == [1]


def test_decomposed_accents_are_the_same_letters(index: LexicalIndex) -> None:
    index.write([passage(1, "proce\u0301dure d'e\u0301tat", language="fr")], [])
    assert numbers(index.search("procédure", None, 5)) == [1]


def test_a_pasted_message_asks_for_its_most_telling_words_only(index: LexicalIndex) -> None:
    pairs = [chr(97 + n // 26) + chr(97 + n % 26) for n in range(300)]
    common = " ".join(f"word{pair}" for pair in pairs)
    rare = " ".join(f"rare{pair}" for pair in pairs[:60])
    index.write([passage(n, common) for n in range(5)] + [passage(9, rare)], [])
    assert numbers(index.search(f"{common} {rare}", None, 10)) == [9]


# Exact names


def test_cplusplus_is_not_csharp(index: LexicalIndex) -> None:
    index.write([passage(1, "templates in C++"), passage(2, "generics in C#"), passage(3, "plain C")], [])
    assert numbers(index.search("C++", None, 5)) == [1]
    assert numbers(index.search("c#", None, 5)) == [2]
    assert numbers(index.phrase("in C#", None, 5)) == [2]


def test_a_procedure_key_finds_its_procedure_first_however_it_is_typed(index: LexicalIndex) -> None:
    index.write([passage(1, "Missions, voir TRV-01"), passage(2, "Voir TRV-02 et 01"), passage(3, "ISO 17025")], [])
    assert numbers(index.search("trv-01", None, 1)) == numbers(index.search("TRV 01", None, 1)) == [1]
    assert numbers(index.search("ISO-17025", None, 1)) == [3]


# Phrases


def test_a_phrase_is_found_in_order_and_unstemmed(index: LexicalIndex) -> None:
    index.write([passage(1, "the mobile phone policy"), passage(2, "phone mobile"), passage(3, "mobile phones")], [])
    assert numbers(index.phrase("Mobile phone", None, 5)) == [1]


def test_a_phrase_ignores_accents_and_crosses_elisions_and_codes(index: LexicalIndex) -> None:
    index.write([passage(4, "La norme ISO-17025 de l'été", "Accréditation", "fr"), passage(5, "17025 ISO norme")], [])
    assert numbers(index.phrase("norme iso 17025 de l’ete", None, 5)) == [4]
    assert numbers(index.phrase("norme iso 17025", only(5), 5)) == []


def test_a_phrase_of_stop_words_is_found(index: LexicalIndex) -> None:
    index.write([passage(1, "to be or not to be"), passage(2, "not to be or be to")], [])
    assert numbers(index.phrase("to be or not to be", None, 5)) == [1]


def test_a_phrase_is_found_behind_many_passages_that_score_better(index: LexicalIndex) -> None:
    better = [passage(n, "phone mobile " * 3) for n in range(3000)]
    index.write([*better, passage(9999, "the mobile phone " + "and other words " * 20)], [])
    assert numbers(index.phrase("mobile phone the", None, 2)) == []
    assert numbers(index.phrase("the mobile phone", None, 2)) == [9999]


# Visibility


def test_hidden_passages_do_not_take_places_from_visible_ones(index: LexicalIndex) -> None:
    index.write([passage(n, "pump pump pump") for n in range(50)] + [passage(60, "a pump among many other words")], [])
    assert numbers(index.search("pump", only(60), 1)) == [60]


def test_a_number_beyond_the_mask_is_hidden(index: LexicalIndex) -> None:
    index.write([passage(1, "pump"), passage(5, "pump")], [])
    assert numbers(index.search("pump", only(1), 5)) == [1]
    assert numbers(index.search("pump", np.zeros(0, dtype=np.bool_), 5)) == []


def test_a_suggestion_never_names_a_word_that_only_stands_in_a_hidden_passage(index: LexicalIndex) -> None:
    index.write([passage(1, "the merger with Zephyrus"), passage(2, "a pump")], [])
    assert index.correct("zephirus", None) == "zephyrus"
    assert index.correct("zephirus", only(2)) is None
    index.write([], [1])
    assert index.correct("zephirus", None) is None


def test_a_hidden_word_is_as_unknown_as_one_that_does_not_exist(index: LexicalIndex) -> None:
    index.write([passage(1, "Zephyrus"), passage(2, "wind")], [])
    assert index.correct("zephyrus pumb", only(2)) == index.correct("zephyrus pumb", None) is None
    index.write([passage(3, "zephyruss")], [])
    assert index.correct("zephyrus", only(2, 3)) == "zephyruss"


# Spelling


def test_a_misspelt_word_finds_the_passage_and_is_corrected(index: LexicalIndex) -> None:
    index.write([passage(1, "Calibration of the spectrometer"), passage(2, "pump")], [])
    assert numbers(index.search("spectormeter", None, 5)) == [1]
    assert index.correct("Spectormeter calibration ?", None) == "spectrometer calibration ?"
    assert index.correct("spectrometer", None) is None


def test_corrections_carry_the_accents_that_the_texts_carry(index: LexicalIndex) -> None:
    index.write([passage(1, "la procédure", language="fr"), passage(2, "procédure", language="fr")], [])
    assert index.correct("procedrue", None) == "procédure"
    index.write([passage(n, "the procedure", language="en") for n in (3, 4, 5)], [])
    assert index.correct("procedrue", None) == "procedure"
    assert index.correct("procedrue", only(2)) == "procédure"


def test_codes_are_never_corrected(index: LexicalIndex) -> None:
    index.write([passage(1, "TRV-01 0x80070005 ORA12154")], [])
    assert index.correct("TRV-02 0x80070006 ORA12155", None) is None


def test_an_inflected_form_is_not_a_misspelling(index: LexicalIndex) -> None:
    index.write([passage(1, "we declared it"), passage(2, "declarer")], [])
    assert index.correct("declaring", None) is None


def edits(left: str, right: str) -> int:
    """Optimal string alignment, the slow and plain way."""
    table = {(i, 0): i for i in range(len(left) + 1)} | {(0, j): j for j in range(len(right) + 1)}
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            unequal = left[i - 1] != right[j - 1]
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + unequal)
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(left), len(right)]


short = st.text("abc", min_size=4, max_size=11)


@given(word=short, known=st.sets(short, max_size=30))
def test_the_vocabulary_finds_every_word_within_reach_and_no_other(word: str, known: set[str]) -> None:
    reach = 2 if len(word) >= 8 else 1
    near = {text: distance for text, distance, _ in Vocabulary((text, 1) for text in known).near(word)}
    assert near == {text: edits(word, text) for text in known if edits(word, text) <= reach}


def test_the_longest_words_are_compared_as_well() -> None:
    vocabulary = Vocabulary([("a" * 24, 1), ("a" * 22, 1), ("a" * 21, 1), ("a" * 30, 1)])
    assert sorted(vocabulary.near("a" * 24)) == [("a" * 22, 2, 1), ("a" * 24, 0, 1)]


# Highlighting


def test_the_fragment_shows_the_matched_words_marked(index: LexicalIndex) -> None:
    text = "Rien à voir ici. " * 30 + "Pour déclarer vos congés, voir TRV-01. " + "Rien à voir ici. " * 30
    fragment = index.highlight(text, "comment declarer un conge trv-01", "fr", 100)
    assert "\ue000déclarer\ue001 vos \ue000congés\ue001, voir \ue000TRV-01\ue001" in fragment
    assert len(fragment.replace("\ue000", "").replace("\ue001", "")) <= 102 and fragment.startswith("…")


def test_without_a_match_the_fragment_is_the_beginning(index: LexicalIndex) -> None:
    assert index.highlight("One two three", "zebra", "en") == "One two three"
    assert index.highlight("One two\ue000 three four", "zebra", "en", 9) == "One two…"


@given(text=st.text(max_size=400), words=st.text(max_size=40), characters=st.integers(20, 200))
def test_a_fragment_is_always_a_piece_of_the_text(text: str, words: str, characters: int) -> None:
    fragment = lexical.highlight(text, words, "fr", characters)
    bare = fragment.replace("\ue000", "").replace("\ue001", "")
    plain = " ".join(text.replace("\ue000", "").replace("\ue001", "").split())
    assert bare.removeprefix("…").removesuffix("…") in plain and len(bare) <= characters + 2
    assert fragment.count("\ue000") == fragment.count("\ue001")


# Writing, crashes and processes


def test_an_added_number_replaces_what_it_stood_for(index: LexicalIndex) -> None:
    index.write([passage(1, "pump")], [])
    index.write([passage(1, "valve")], [])
    assert numbers(index.search("pump", None, 5)) == [] and numbers(index.search("valve", None, 5)) == [1]
    assert index.document_frequency("Valve") == 1 and index.document_frequency("zebra") == 0


def test_a_seeded_random_module_never_overwrites_a_segment(index: LexicalIndex) -> None:
    state = random.getstate()
    try:
        for number in range(3):
            random.seed(1)
            index.write([passage(number, f"pump seal{number}")], [])
            assert sorted(numbers(index.search("pump", None, 5))) == list(range(number + 1))
    finally:
        random.setstate(state)


def test_removing_what_is_not_there_writes_nothing(index: LexicalIndex) -> None:
    generation = index._current().generation
    index.write([], [4])
    index.write([], [])
    assert index._current().generation == generation


def test_a_failed_commit_changes_nothing_and_frees_the_lock(
    index: LexicalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.write([passage(1, "pump")], [])

    def full(*_: object) -> None:
        raise OSError("No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(lexical, "_merge_tiers", full)
        with pytest.raises(OSError, match="No space"):
            index.write([passage(1, "valve")], [])
    with pytest.raises(ValueError, match="language 'de'"):
        index.write([passage(2, "Ventil", language="de")], [])
    assert numbers(index.search("pump", None, 5)) == [1]
    index.write([passage(2, "valve")], [])
    assert numbers(index.search("valve", None, 5)) == [2]


WRITER = """
import sys, time
from pathlib import Path
from indexer import lexical
def stop(writer, segments):
    print("writing", flush=True)
    time.sleep(60)
lexical._merge_tiers = stop
index = lexical.LexicalIndex(Path(sys.argv[1]))
index.write([lexical.LexicalDocument(n, "en", "", "valve") for n in range(200)], [])
"""
READER = """
import sys, time
from pathlib import Path
from indexer.lexical import LexicalIndex
index, seen, until = LexicalIndex(Path(sys.argv[1])), set(), time.monotonic() + 30
print("reading", flush=True)
while "last" not in seen and time.monotonic() < until:
    found, scores = index.search("pump", None, 10)
    assert found.tolist() == [1, 2, 3], found
    seen |= {"last"} if len(index.search("finished", None, 1)[0]) else set()
print("done" if "last" in seen else "never saw the end")
"""


def python(script: str, folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", script, str(folder)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_writer_killed_in_the_middle_leaves_the_last_commit_and_a_free_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = LexicalIndex(tmp_path)
    index.write([passage(1, "pump")], [])
    with python(WRITER, tmp_path) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == "writing\n"
        monkeypatch.setattr(lexical, "LOCK_SECONDS", 0.0)
        with pytest.raises(IndexBusy, match="Another process is writing"):
            index.write([passage(2, "seal")], [])
        writer.send_signal(signal.SIGKILL)
    assert numbers(LexicalIndex(tmp_path).search("pump valve", None, 5)) == [1]
    index.write([passage(2, "seal")], [])
    assert numbers(index.search("seal pump valve", None, 5)) == [1, 2]


def test_two_processes_read_while_one_writes(tmp_path: Path) -> None:
    index = LexicalIndex(tmp_path)
    index.write([passage(n, "pump") for n in (1, 2, 3)], [])
    with python(READER, tmp_path) as first, python(READER, tmp_path) as second:
        for reader in (first, second):
            assert reader.stdout is not None and reader.stdout.readline() == "reading\n"
        for turn in range(40):
            index.write([passage(turn % 3 + 1, "pump"), passage(100 + turn, "valve")], [])
        index.write([passage(999, "finished")], [])
        for reader in (first, second):
            assert reader.stdout is not None and reader.stdout.readline() == "done\n"


def test_threads_share_one_index_while_it_is_written(index: LexicalIndex) -> None:
    index.write([passage(n, f"pump seal{n}") for n in range(1, 6)], [])
    wrong: list[object] = []
    finished = threading.Event()

    def read() -> None:
        while not finished.is_set():
            try:
                if (found := sorted(numbers(index.search("pump", None, 10)))) != [1, 2, 3, 4, 5]:
                    wrong.append(found)
                index.phrase("pump seal3", None, 3)
                index.correct("pumb", None)
            except Exception as error:
                wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for turn in range(30):
        index.write([passage(turn % 5 + 1, f"pump seal{turn}")], [])
    finished.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_two_writers_take_turns(tmp_path: Path) -> None:
    wrong: list[Exception] = []

    def write(first: int) -> None:
        try:
            index = LexicalIndex(tmp_path / "words")
            for number in range(first, first + 20):
                index.write([passage(number, "pump")], [])
        except Exception as error:
            wrong.append(error)

    writers = [threading.Thread(target=write, args=(first,)) for first in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert wrong == []
    assert len(LexicalIndex(tmp_path / "words").search("pump", None, 100)[0]) == 40


def test_commits_are_merged_and_leave_few_segments(index: LexicalIndex) -> None:
    for number in range(40):
        index.write([passage(number, "pump")], [])
    assert len(index._current().segments) <= 2 * lexical.MERGE_FACTOR
    index.write([], range(40))
    index.write([passage(1, "pump")], [])
    assert index._current().size == 1


# Broken folders


def test_another_index_in_the_folder_is_refused_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "_MAIN_3.toc").write_bytes(b"something")
    with pytest.raises(IndexBroken, match="something else"):
        LexicalIndex(tmp_path)


@pytest.mark.parametrize("suffix", [".toc", ".trm", ".pst", "_number.col", "number.col"])
@pytest.mark.parametrize("damage", ["emptied", "garbled", "lost"])
def test_a_damaged_file_is_reported_as_a_broken_index(
    tmp_path: Path, suffix: str, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lexical, "PAUSE", 0.0)
    index = LexicalIndex(tmp_path)
    index.write([passage(n, "pump valve " * n) for n in range(1, 9)], [])
    index.close()
    damaged = [file for file in tmp_path.iterdir() if file.name.endswith(suffix)]
    for file in damaged:
        if damage == "lost":
            file.unlink()
        else:
            file.write_bytes(b"" if damage == "emptied" else b"\x00garbage" * 8)
    if damaged and (suffix, damage) not in {(".toc", "lost"), ("number.col", "emptied"), ("number.col", "garbled")}:
        with pytest.raises(IndexBroken):
            numbers(LexicalIndex(tmp_path).search("pump", None, 5))


def test_a_segment_lost_between_listing_and_opening_is_read_again(
    index: LexicalIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.write([passage(1, "pump")], [])
    real, calls = lexical.Snapshot, []

    def swapped(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 1:
            raise FileNotFoundError("swapped")
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(lexical, "Snapshot", swapped)
    index.close()
    assert numbers(index.search("pump", None, 5)) == [1] and len(calls) == 2
