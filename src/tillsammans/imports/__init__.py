"""The intake of statistics: what was handed in, what reading it in would do, and putting it in force."""
