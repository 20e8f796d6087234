"""What every app needs and no coordinator has heard of: scope, access, audit, clock, hashing, jobs, documents, figures."""
