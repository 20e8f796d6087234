"""Patterns in space: aggregation, clusters, hot spots on risk, density, near repeats, concentration and prediction."""

from tillsammans_stats.space.aggregate import Hexagons, areas, hexagons, publishable
from tillsammans_stats.space.autocorrelation import LocalClusters, Moran, getis_ord, local_moran, moran
from tillsammans_stats.space.concentration import Concentration, Prediction, concentration, prediction, stability
from tillsammans_stats.space.density import Density, kernel_density
from tillsammans_stats.space.hot_spots import HotSpots, hot_spots
from tillsammans_stats.space.near_repeat import Knox, knox
from tillsammans_stats.space.neighbours import Neighbours, from_distance, from_hexagons, from_pairs

__all__ = [
    "Concentration",
    "Density",
    "Hexagons",
    "HotSpots",
    "Knox",
    "LocalClusters",
    "Moran",
    "Neighbours",
    "Prediction",
    "areas",
    "concentration",
    "from_distance",
    "from_hexagons",
    "from_pairs",
    "getis_ord",
    "hexagons",
    "hot_spots",
    "kernel_density",
    "knox",
    "local_moran",
    "moran",
    "prediction",
    "publishable",
    "stability",
]
