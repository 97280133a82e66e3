"""The one place that imports SpiffWorkflow, and mends or replaces what it lacks.

``task`` and ``workflow`` keep indexes in place of walks over the task tree; ``joins``,
``events``, ``timers`` and ``services`` hold this engine's own element behaviour;
``language`` is the safe expression language; ``decisions`` evaluates DMN; ``parser`` puts
the pieces into the library's parser; ``codec`` saves and loads state.
"""
