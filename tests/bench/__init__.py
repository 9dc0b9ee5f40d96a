"""Figures, not tests: nothing here is collected by pytest, and the machine should be doing nothing else.

python -m tests.bench KIT            how fast our finder is on one kit
python -m tests.bench.compare KITS   ours beside other engines, quality and latency, in one table (`make bench`)
python -m tests.bench.growth KIT     how latency, memory and size grow with the knowledge base (`make growth`)
"""
