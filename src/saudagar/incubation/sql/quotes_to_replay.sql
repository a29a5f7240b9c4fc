-- quotes_to_replay: kept quotes of some of the sellers, as they were heard between two moments.
-- in     since, until timestamptz; parts int, part int: sellers are dealt out by the hash of their id
-- out    business_id, question, code of the refusal ('' when it was priced), province of the seat
-- plan   one Seq Scan for each part: the table has a bound (SAUDAGAR_KEEP_QUOTES_MOST)
SELECT q.business_id, q.question, q.code, q.province
  FROM checkout_keptquote q
 WHERE q.first_at BETWEEN %(since)s AND %(until)s
   AND (uuid_hash(q.business_id) & 2147483647) %% %(parts)s = %(part)s
