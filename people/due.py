"""What the daily sweep does for people; nothing here is due of anybody."""

# A leaving date that HR gave beforehand takes effect on its day, without waiting for the next file;
# and what was promised to be kept for a time only is forgotten.
DAILY = ("people.services.deactivate_due", "people.services.forget_old")
