"""What stands out in series: detection, findings, and the pages of a series."""
