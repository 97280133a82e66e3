"""Moving living instances from one version of a process to another.

A plan says which element becomes which (:mod:`engine.migration.plan`). It is tried on every
instance before any is touched (:mod:`engine.migration.checking`), and then carried out, each
instance in a step of its own (:mod:`engine.migration.moving`), by a chain of jobs that can be
stopped and that goes on after a worker's death (:mod:`engine.batches`).
"""
