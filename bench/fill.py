"""Fill the bench's PostgreSQL to a number of open checkpoints with plain SQL, on top of the demonstration's staff."""

from django.db import connection

# One plan for everyone who has no live one, spread over the last five months; then rows until the number is reached.
PLANS = """
INSERT INTO induction_inductionplan
    (person_id, version_id, start_date, original_end_date, end_date, state, revision, person_agreed_revision,
     manager_agreed_revision, agree_by, agreed_date, created_at)
SELECT person.id, (SELECT min(id) FROM induction_programmeversion WHERE state = 'published'),
       begun, begun + 182, begun + 182, 'active', 1, 1, 1, begun + 14, begun, now()
  FROM (SELECT id, CURRENT_DATE - (id %% 150)::int AS begun FROM people_person WHERE deactivated_at IS NULL) person
 WHERE NOT EXISTS (SELECT 1 FROM induction_inductionplan plan
                    WHERE plan.person_id = person.id AND plan.state IN ('agreeing', 'active', 'paused'))
"""
CHECKPOINTS = """
INSERT INTO induction_checkpoint
    (plan_id, position, section, method, title, why, how, link_title, link_url, note, owner, is_mandatory, is_agreement,
     source_key, origin, original_due_date, due_date, state, waiting_on, waiting_since, was_handed_back,
     drop_proposed_by, ready_note, evidence_url, round, version, answer_by)
SELECT plan.id, number, (ARRAY['know', 'understand', 'do'])[1 + number %% 3],
       (ARRAY['supervision', 'shadowing', 'coaching', 'e-learning', 'workshop'])[1 + number %% 5],
       'Learn about subject ' || number, 'So that you know it well.', 'Ask a colleague.', '', '', '', 'person', false, false,
       '', 'person', plan.start_date + number * 2, plan.start_date + number * 2,
       CASE WHEN number %% 20 = 0 THEN 'ready' ELSE 'to_do' END,
       CASE WHEN number %% 20 = 0 THEN 'manager' ELSE 'person' END,
       plan.start_date, false, '', '', '', 1, 1,
       CASE WHEN number %% 20 = 0 THEN plan.start_date + number * 2 END
  FROM induction_inductionplan plan
 CROSS JOIN generate_series(1, %s) number
 WHERE plan.state = 'active' AND plan.id NOT IN (SELECT plan_id FROM induction_checkpoint)
"""
OPEN = "SELECT count(*) FROM induction_checkpoint WHERE state IN ('to_do', 'ready')"
PLANS_WITHOUT_ROWS = """
SELECT count(*) FROM induction_inductionplan
 WHERE state = 'active' AND id NOT IN (SELECT plan_id FROM induction_checkpoint)
"""


def fill(open_items: int) -> int:
    """Bring the number of open checkpoints to at least `open_items`; returns how many there are."""
    with connection.cursor() as cursor:
        cursor.execute(PLANS, [])
        cursor.execute(OPEN)
        missing = open_items - cursor.fetchone()[0]
        cursor.execute(PLANS_WITHOUT_ROWS)
        plans = cursor.fetchone()[0]
        if missing > 0 and plans:
            cursor.execute(CHECKPOINTS, [-(-missing // plans)])
        cursor.execute("ANALYZE")
        cursor.execute(OPEN)
        return int(cursor.fetchone()[0])
