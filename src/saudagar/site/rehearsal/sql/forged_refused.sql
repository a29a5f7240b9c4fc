-- forged_refused: forgeries that were taken for true: quotes that were tampered with, notices signed by somebody else or by nobody,
--                 quotes placed before their campaign began.
-- out    examined (forgeries), wrong, examples
SELECT count(*), count(*) FILTER (WHERE is_taken),
       (SELECT jsonb_agg(to_jsonb(example)) FROM (SELECT what, count(*) AS number FROM rehearsal_forged WHERE is_taken GROUP BY what) AS example)
  FROM rehearsal_forged
