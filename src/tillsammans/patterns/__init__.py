"""Pattern detection in series (alarms, trends, seasons, outlying areas), findings, and the pages of a series."""
