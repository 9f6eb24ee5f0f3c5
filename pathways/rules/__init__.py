"""Where somebody can go, how, and what they may do now: plain functions over plain data, without the database.

`facts` holds what a person has and what is asked for, and is the one place that compares them. `framework` holds roles
and steps, `eligibility` judges one step, `planner` finds ways over many (by `network` and `search`).
"""

from pathways.rules.eligibility import Outcome, Ruling, judge
from pathways.rules.planner import Answer, Leg, Opening, Planner, Way, Wishes

__all__ = ["Answer", "Leg", "Opening", "Outcome", "Planner", "Ruling", "Way", "Wishes", "judge"]
