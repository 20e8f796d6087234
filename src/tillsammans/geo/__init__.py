"""Geography without a database: layers of map files, places in areas, projections, and the country's own codes."""
