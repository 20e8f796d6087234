"""Collaborations between organisations: parties, groups, packages of shared content, and approvals."""
