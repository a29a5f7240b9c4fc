-- proof_payouts: every payout against the orders it pays and against the books.
-- in     most int
-- out    business_id, payout_id, state, amount, of_orders (sum of its releases), of_books (net debit of its postings), the wrong ones only
--        first; then one row with nulls: payouts, amount of those paid, wrong
-- plan   one walk through payouts, releases and postings of kind payout, joined inside a business
WITH orders AS (
    SELECT business_id, payout_id, sum(net)::bigint AS of_orders
      FROM settlement_release
     WHERE payout_id IS NOT NULL
     GROUP BY business_id, payout_id
), books AS (
    SELECT posting.business_id, split_part(posting.reference, ':', 1)::uuid AS payout_id, sum(entry.amount)::bigint AS of_books
      FROM ledger_posting AS posting
      JOIN ledger_entry AS entry ON entry.business_id = posting.business_id AND entry.posting_id = posting.id
     WHERE posting.kind IN ('payout', 'payout_returned') AND entry.account = 'seller_payable'
     GROUP BY 1, 2
), compared AS (
    SELECT business_id, coalesce(payout.id, payout_id) AS payout_id, payout.state, payout.currency, coalesce(payout.amount, 0) AS amount,
           coalesce(of_orders, 0) AS of_orders, coalesce(of_books, 0) AS of_books
      FROM (SELECT business_id, id AS payout_id, id, state, currency, amount FROM settlement_payout) AS payout
      FULL JOIN orders USING (business_id, payout_id)
      FULL JOIN books USING (business_id, payout_id)
), judged AS (
    SELECT *, state IS NULL OR amount <> of_orders OR of_books <> CASE WHEN state = 'paid' THEN amount ELSE 0 END AS is_wrong FROM compared
)
(SELECT business_id, payout_id, state, amount, of_orders, of_books FROM judged WHERE is_wrong ORDER BY business_id, payout_id LIMIT %(most)s)
UNION ALL
SELECT NULL, NULL, NULL, count(*), coalesce(sum(amount) FILTER (WHERE state = 'paid'), 0)::bigint, count(*) FILTER (WHERE is_wrong) FROM judged
