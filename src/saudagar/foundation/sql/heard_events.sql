-- heard_events: delete events that everybody has heard.
-- in     business_ids uuid[], ids uuid[]: same length
DELETE FROM foundation_outboxevent
 USING unnest(%(business_ids)s::uuid[], %(ids)s::uuid[]) AS heard (business_id, id)
 WHERE foundation_outboxevent.business_id = heard.business_id
   AND foundation_outboxevent.id = heard.id
