"""API clients of publishers, with rate limits. All requests go through ``kernel.outgoing``.

A client returns the response unchanged, so that it is stored, read and checked like an uploaded file.
"""
