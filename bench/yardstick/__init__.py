"""A bare Django page to measure by: database session, one indexed query, ten rows, a small template."""
