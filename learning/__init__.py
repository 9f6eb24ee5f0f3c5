"""Courses, sessions, bookings and learning entries. Built by its own issue; the package holds its place in the import order."""
