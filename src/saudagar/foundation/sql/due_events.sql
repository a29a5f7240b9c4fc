-- due_events: take events that are due, so that no other worker takes them meanwhile.
-- in     at timestamptz, most int
-- out    business_id, id, name, facts (JSON text), happened_at, tries: oldest first
-- locks  the rows it returns; rows another worker holds are passed over
-- plan   index outbox_due
SELECT business_id, id, name, facts::text, happened_at, tries
  FROM foundation_outboxevent
 WHERE retry_at <= %(at)s
 ORDER BY retry_at, id
 LIMIT %(most)s
   FOR UPDATE SKIP LOCKED
