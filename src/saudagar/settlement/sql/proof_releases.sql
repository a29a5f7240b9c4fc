-- proof_releases: every completed order against its release and what the release put into seller_payable.
-- in     most int
-- out    business_id, order_id, net (of the release), of_books (credit of its posting): the wrong ones first;
--        then one row with nulls: releases, wrong
WITH books AS (
    SELECT entry.business_id, entry.order_id, -sum(entry.amount)::bigint AS of_books
      FROM ledger_posting AS posting
      JOIN ledger_entry AS entry ON entry.business_id = posting.business_id AND entry.posting_id = posting.id
     WHERE posting.kind = 'release' AND entry.account = 'seller_payable'
     GROUP BY entry.business_id, entry.order_id
), compared AS (
    SELECT business_id, order_id, completed.id AS completed, release.net, books.of_books
      FROM (SELECT business_id, id AS order_id, id FROM orders_order WHERE state = 'completed') AS completed
      FULL JOIN (SELECT business_id, order_id, net FROM settlement_release) AS release USING (business_id, order_id)
      FULL JOIN books USING (business_id, order_id)
), judged AS (
    SELECT *, completed IS NULL OR net IS NULL OR net <> coalesce(of_books, 0) AS is_wrong FROM compared
)
(SELECT business_id, order_id, net, of_books FROM judged WHERE is_wrong ORDER BY business_id, order_id LIMIT %(most)s)
UNION ALL
SELECT NULL, NULL, count(*), count(*) FILTER (WHERE is_wrong) FROM judged
