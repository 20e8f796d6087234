"""Publishers that answer over the network: what to ask and how often. All calls go through ``kernel.outgoing``.

A client gives the bytes as they came, so that they are kept, read and checked as a file that was handed in.
"""
