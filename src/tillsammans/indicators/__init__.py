"""Every number: indicators, series, values with source and status, and the import of official statistics."""
