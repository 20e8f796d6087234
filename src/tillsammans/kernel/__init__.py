"""Infrastructure that every app uses, free of domain nouns.

Scope, access, audit, clock, hashing, jobs, documents, figures, and the layout of every page.
"""
