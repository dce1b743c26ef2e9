"""The engine alone for a great many commands of every kind: cheap laws, restores at chance points. Run nightly:

python -m tests.engine.simulation --commands 1000000 --seed 7
"""
