"""Coaching and Mentoring Academy: built by its own issue; the package holds its place in the order."""
