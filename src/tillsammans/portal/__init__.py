"""Public pages: promises and how they went, for anyone, without login."""
