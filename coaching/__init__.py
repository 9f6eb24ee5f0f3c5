"""Coaching and Mentoring Academy. Built by its own issue; the package holds its place in the import order."""
