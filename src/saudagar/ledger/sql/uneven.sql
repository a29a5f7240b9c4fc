-- uneven: postings that do not sum to zero in a currency, and entries whose posting is not there.
-- in     most int
-- out    business_id, posting_id, kind and reference (null: no such posting), currency, sum
-- plan   all entries once, hashed
SELECT entry.business_id, entry.posting_id, posting.kind, posting.reference, entry.currency, sum(entry.amount)::bigint
  FROM ledger_entry AS entry
  LEFT JOIN ledger_posting AS posting ON posting.business_id = entry.business_id AND posting.id = entry.posting_id
 GROUP BY entry.business_id, entry.posting_id, posting.kind, posting.reference, posting.id, entry.currency
HAVING sum(entry.amount) <> 0 OR posting.id IS NULL
 ORDER BY entry.business_id, entry.posting_id
 LIMIT %(most)s
