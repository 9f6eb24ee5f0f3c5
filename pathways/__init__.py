"""Career framework, route planner and qualification routes: built by its own issue; its place in the order."""
