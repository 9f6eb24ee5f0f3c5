"""Career framework, route planner and qualification routes. Built by its own issue; the package holds its place in the import order."""
