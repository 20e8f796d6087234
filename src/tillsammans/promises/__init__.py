"""Citizen promises (medborgarlöften): activities that the parties promise the residents."""
