"""The only place that knows everyone: settings, root addresses, menu and the wiring between apps."""
