-- limit_kept: buyers who have more of a listing than its campaign allows one buyer, and claims that do not count what their buyer has.
-- out    examined (claims, and buyers of a limited listing), wrong, examples
-- plan   one walk through claims, lines with a claim, and the answers
WITH counted AS (
    SELECT line.business_id, line.claim_id AS id, sum(line.quantity)::bigint AS pieces
      FROM orders_line AS line
      JOIN orders_order AS o ON o.business_id = line.business_id AND o.id = line.order_id
     WHERE line.claim_id IS NOT NULL AND o.state NOT IN ('expired', 'cancelled')
     GROUP BY line.business_id, line.claim_id
), by_claim AS (
    SELECT id AS who, coalesce(counted.pieces, 0) AS has, claim.pieces::bigint AS written, claim.most,
           claim.pieces IS DISTINCT FROM coalesce(counted.pieces, 0) OR coalesce(counted.pieces, 0) > claim.most AS is_wrong
      FROM campaigns_claim AS claim
      FULL JOIN counted USING (business_id, id)
), told AS (
    SELECT DISTINCT quoted.buyer, heard.purchase_id
      FROM rehearsal_heard AS heard
      JOIN rehearsal_quoted AS quoted ON quoted.basket = heard.basket
     WHERE heard.told IN ('first', 'again')
), by_buyer AS (
    -- By what the crowd itself knows: who came under which telephone.
    SELECT md5(told.buyer::text)::uuid AS who, sum(line.quantity)::bigint AS has, NULL::bigint AS written, allowed.most,
           sum(line.quantity) > allowed.most AS is_wrong
      FROM told
      JOIN orders_order AS o ON o.id = told.purchase_id AND o.state NOT IN ('expired', 'cancelled')
      JOIN orders_line AS line ON line.business_id = o.business_id AND line.order_id = o.id
      JOIN rehearsal_limit AS allowed ON allowed.business_id = line.business_id AND allowed.listing_id = line.listing_id
     GROUP BY told.buyer, allowed.business_id, allowed.listing_id, allowed.most
), judged AS (
    SELECT * FROM by_claim UNION ALL SELECT * FROM by_buyer
)
SELECT count(*), count(*) FILTER (WHERE is_wrong),
       (SELECT jsonb_agg(to_jsonb(example) - 'is_wrong') FROM (SELECT * FROM judged WHERE is_wrong ORDER BY who LIMIT 5) AS example)
  FROM judged
