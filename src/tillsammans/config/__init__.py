"""The composition root, which may import every app: settings, root URLs, menu and the wiring between apps."""
