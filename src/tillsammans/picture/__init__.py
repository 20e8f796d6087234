"""The situational picture (lägesbild): problems, their causes, what is known and what is not."""
