"""Readers of publishers' files: from bytes to one table of observations, without a database.

A reader is a module with ``KIND`` (its name), ``looks_like`` and ``read``; ``READERS`` lists them in the order in
which they are asked. A reader reads exactly or refuses: it never guesses an encoding, a code or a number.
"""
