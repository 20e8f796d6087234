"""Pages of situational pictures, problems and causes."""
