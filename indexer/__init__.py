"""Finding: passages, words and meaning, ranking, people, evaluation. Derived from `kb`, deletable, never the truth.

    Indexer(store, folder, encoder).catch_up()                    # one process writes ...
    Finder(store, folder, encoder).find("Qui sait ... ?", reader)  # ... any number read
"""
