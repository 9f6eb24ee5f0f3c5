"""Courses, bookings and learning entries: built by its own issue; the package holds its place in the order."""
