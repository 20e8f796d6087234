"""What every app needs and no coordinator has heard of.

Scope, access, audit, clock, hashing, jobs, documents, figures, and the frame of every page. No domain noun.
"""
