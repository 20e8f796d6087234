"""Patterns in space: aggregation, clusters, hot spots on risk, density, near repeats, concentration and prediction."""
