-- acknowledged_kept: purchases a buyer was told of that are not there, or not what was promised: another total, other pieces.
-- out    examined (purchases told), wrong, examples
-- plan   one walk through the answers, primary keys of purchases, orders and lines
WITH told AS (
    SELECT DISTINCT heard.business_id, heard.purchase_id, heard.total, quoted.total AS promised, quoted.pieces
      FROM rehearsal_heard AS heard
      JOIN rehearsal_quoted AS quoted ON quoted.basket = heard.basket
     WHERE heard.told IN ('first', 'again')
), judged AS (
    SELECT told.purchase_id AS purchase, told.promised, purchase.total,
           purchase.id IS NULL OR purchase.total <> told.promised OR told.total <> told.promised
           OR told.pieces IS DISTINCT FROM (
                SELECT sum(line.quantity) FROM orders_line AS line
                 WHERE line.order_id = purchase.id AND line.business_id = ANY (purchase.order_business_ids)) AS is_wrong
      FROM told
      LEFT JOIN orders_purchase AS purchase ON purchase.business_id = told.business_id AND purchase.id = told.purchase_id
)
SELECT count(*), count(*) FILTER (WHERE is_wrong),
       (SELECT jsonb_agg(to_jsonb(example) - 'is_wrong') FROM (SELECT * FROM judged WHERE is_wrong ORDER BY purchase LIMIT 5) AS example)
  FROM judged
