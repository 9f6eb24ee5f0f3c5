"""Fill the bench's PostgreSQL with open checkpoints and applications by plain SQL, on top of the demonstration's staff."""

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

# Four intakes of one route; a quarter of the applications each, most of them to decide, places for one in twenty.
INTAKES = """
INSERT INTO pathways_intake
    (route_id, opens_date, closes_date, decide_date, start_date, places, needs_panel, answer_days)
SELECT (SELECT id FROM pathways_qualificationroute WHERE code = 'q09'), CURRENT_DATE - 30, CURRENT_DATE - 1,
       CURRENT_DATE + 20, CURRENT_DATE + 40 + number, 25, false, 10
  FROM generate_series(1, 4) number
"""
APPLICATIONS = """
INSERT INTO pathways_application
    (person_id, intake_id, state, version, statement, evidence, evidence_url, created_at, saved_at, sent_at, answer_by,
     place, reserve_position)
SELECT person.id, intake.id, person.state, 4, repeat('Why this, and why now. ', 60), '', '', now(), now(), now(),
       CURRENT_DATE + 20,
       CASE WHEN person.state = 'offered' THEN person.number %% %(each)s / 20 + 1 END,
       CASE WHEN person.state = 'reserve' THEN person.number END
  FROM (SELECT id, number, (ARRAY['offered', 'reserve', 'declined', 'with_manager', 'with_learning'])[
                 CASE WHEN number %% 20 < 4 THEN number %% 20 + 1 ELSE 5 END] AS state
          FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM people_person
                 WHERE deactivated_at IS NULL LIMIT %(all)s) numbered) person
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS number FROM pathways_intake
         WHERE closes_date = CURRENT_DATE - 1 AND places = 25) intake
    ON intake.number = person.number / %(each)s
"""
INTAKES_FILLED = 4


def fill_applications(count: int) -> int:
    """So many applications, of so many people; returns how many there are in all."""
    with connection.cursor() as cursor:
        cursor.execute(INTAKES, [])
        cursor.execute(APPLICATIONS, {"each": -(-count // INTAKES_FILLED), "all": count})
        cursor.execute("ANALYZE")
        cursor.execute("SELECT count(*) FROM pathways_application")
        return int(cursor.fetchone()[0])


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
