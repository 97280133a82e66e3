"""Commands of those who operate the engine, one module each.

Every one takes the caller's session and never commits it, refuses with a typed error, and
writes down who, when, why and what it changed: in the history of each instance that it
touches, and in ``command_record`` if it is about more than one.
"""
