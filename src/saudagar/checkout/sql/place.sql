-- checkout_place: place a batch of purchases, each whole or not at all, in order of arrival.
-- in     pool_*      the distinct pools the batch asks for, sorted by (business, id); pool_pieces: what all of it together asks for
--        claim_*     the distinct claims (what one buyer has of one listing in one campaign), sorted likewise; claim_mosts: the limit
--        purchases, orders, lines   rows to write (place_types.sql), lines in order of purchases
--        purchase_ends              index of the last line of each purchase
--        line_pools, line_claims    indexes into pools and claims, 0 for no claim; line_pieces. Indexes count from 1.
--        event_id    for the event that tells of the batch
-- out    one row per purchase that was not placed: its index, outcome (2 placed before, 3 short, 4 over the limit per buyer),
--        index of the line, pieces left for it. No row: all were placed.
-- same   rules.placing.judge
-- writes stock_pool, campaigns_claim, orders_purchase, orders_order, orders_line, foundation_outboxevent
-- locks  pools, then claims, in (business_id, id) order, so batches side by side cannot deadlock. A quote sent twice asks for the
--        same pools: the second batch waits here and then sees the first one's purchase, for every statement of this
--        function reads what is committed by then.
-- plan   nested loops over primary keys only: pinned, for with an array for a table the planner has to guess
CREATE FUNCTION checkout_place(
    pool_businesses uuid[], pool_ids uuid[], pool_pieces int[],
    claim_businesses uuid[], claim_ids uuid[], claim_mosts int[],
    purchases checkout_purchase[], orders checkout_order[], lines checkout_line[],
    purchase_ends int[], line_pools int[], line_claims int[], line_pieces int[],
    event_id uuid, moment timestamptz
) RETURNS TABLE (purchase int, outcome int, line int, left_pieces int)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan
AS $$
DECLARE
    all_fit boolean := claim_ids = '{}';
    changed int;
    places int[];  -- of the pools that are there
    found int[];  -- pieces in them
    before int[];
    pieces_left int[];
    claims_left int[];
    taken int[];
    claimed int[];
    placed boolean[];
    line_at int := 1;
    first_line int;
    back int;
    pool int;
    claim int;
    refusals checkout_refusal[] := '{}';
BEGIN
    -- Nearly always there is enough for everybody: then pools are locked, looked at and written in one step.
    IF all_fit THEN
        BEGIN
            UPDATE stock_pool
               SET available = stock_pool.available - asked.pieces
              FROM (SELECT * FROM unnest(pool_businesses, pool_ids, pool_pieces) AS wanted (business_id, id, pieces) ORDER BY 1, 2) AS asked
             WHERE stock_pool.business_id = asked.business_id
               AND stock_pool.id = asked.id
               AND stock_pool.available >= asked.pieces;
            GET DIAGNOSTICS changed = ROW_COUNT;
            IF changed < cardinality(pool_ids) OR EXISTS (
                SELECT FROM unnest(purchases) AS asked
                  JOIN orders_purchase ON orders_purchase.business_id = asked.business_id AND orders_purchase.id = asked.id
            ) THEN
                RAISE SQLSTATE 'SD001';  -- undoes the update
            END IF;
        EXCEPTION WHEN SQLSTATE 'SD001' THEN
            all_fit := false;
        END;
    END IF;

    IF NOT all_fit THEN
        SELECT array_agg(held.place), array_agg(held.available)
          INTO places, found
          FROM (
                SELECT wanted.place::int AS place, stock_pool.available
                  FROM unnest(pool_businesses, pool_ids) WITH ORDINALITY AS wanted (business_id, id, place)
                  JOIN stock_pool ON stock_pool.business_id = wanted.business_id AND stock_pool.id = wanted.id
                 ORDER BY stock_pool.business_id, stock_pool.id
                   FOR UPDATE OF stock_pool
               ) AS held;

        SELECT array_agg(asked.place::int)
          INTO before
          FROM unnest(purchases) WITH ORDINALITY
               AS asked (buyer_id, method, business_id, id, market_code, currency, total, language, order_business_ids, pay_minutes, place)
          JOIN orders_purchase ON orders_purchase.business_id = asked.business_id AND orders_purchase.id = asked.id;

        pieces_left := array_fill(0, ARRAY[cardinality(pool_ids)]);
        taken := pieces_left;
        FOR at IN 1 .. coalesce(cardinality(places), 0) LOOP
            pieces_left[places[at]] := found[at];
        END LOOP;
        IF claim_ids <> '{}' THEN
            claims_left := claim_mosts;
            claimed := array_fill(0, ARRAY[cardinality(claim_ids)]);
            FOR claim, back IN
                SELECT held.place, held.pieces
                  FROM (
                        SELECT wanted.place::int AS place, campaigns_claim.pieces
                          FROM unnest(claim_businesses, claim_ids) WITH ORDINALITY AS wanted (business_id, id, place)
                          JOIN campaigns_claim ON campaigns_claim.business_id = wanted.business_id AND campaigns_claim.id = wanted.id
                         ORDER BY campaigns_claim.business_id, campaigns_claim.id
                           FOR UPDATE OF campaigns_claim
                       ) AS held
            LOOP
                claims_left[claim] := claims_left[claim] - back;
            END LOOP;
        END IF;
        placed := array_fill(true, ARRAY[cardinality(purchases)]);
        FOREACH back IN ARRAY coalesce(before, '{}') LOOP
            placed[back] := false;
            refusals := refusals || (back, 2, 0, 0)::checkout_refusal;
        END LOOP;
        FOR asking IN 1 .. cardinality(purchases) LOOP
            first_line := line_at;
            line_at := purchase_ends[asking] + 1;
            CONTINUE WHEN NOT placed[asking];
            FOR taking IN first_line .. purchase_ends[asking] LOOP
                pool := line_pools[taking];
                claim := line_claims[taking];
                IF pieces_left[pool] < line_pieces[taking] THEN
                    placed[asking] := false;
                    refusals := refusals || (asking, 3, taking, pieces_left[pool])::checkout_refusal;
                ELSIF claim > 0 AND claims_left[claim] < line_pieces[taking] THEN
                    placed[asking] := false;
                    refusals := refusals || (asking, 4, taking, greatest(claims_left[claim], 0))::checkout_refusal;
                END IF;
                IF NOT placed[asking] THEN
                    -- What its earlier lines took goes back: a refused purchase must not starve those behind it.
                    back := first_line;
                    WHILE back < taking LOOP
                        pool := line_pools[back];
                        claim := line_claims[back];
                        pieces_left[pool] := pieces_left[pool] + line_pieces[back];
                        taken[pool] := taken[pool] - line_pieces[back];
                        IF claim > 0 THEN
                            claims_left[claim] := claims_left[claim] + line_pieces[back];
                            claimed[claim] := claimed[claim] - line_pieces[back];
                        END IF;
                        back := back + 1;
                    END LOOP;
                    EXIT;
                END IF;
                pieces_left[pool] := pieces_left[pool] - line_pieces[taking];
                taken[pool] := taken[pool] + line_pieces[taking];
                IF claim > 0 THEN
                    claims_left[claim] := claims_left[claim] - line_pieces[taking];
                    claimed[claim] := claimed[claim] + line_pieces[taking];
                END IF;
            END LOOP;
        END LOOP;
        IF claim_ids <> '{}' THEN
            INSERT INTO campaigns_claim (business_id, id, pieces, most)
            SELECT mine.business_id, mine.id, mine.pieces, mine.most
              FROM unnest(claim_businesses, claim_ids, claimed, claim_mosts) AS mine (business_id, id, pieces, most)
             WHERE mine.pieces > 0
             ORDER BY mine.business_id, mine.id
                ON CONFLICT (business_id, id) DO UPDATE
                   SET pieces = campaigns_claim.pieces + EXCLUDED.pieces, most = EXCLUDED.most;
        END IF;
        UPDATE stock_pool
           SET available = stock_pool.available - sold.pieces
          FROM unnest(pool_businesses, pool_ids, taken) AS sold (business_id, id, pieces)
         WHERE stock_pool.business_id = sold.business_id
           AND stock_pool.id = sold.id
           AND sold.pieces > 0;
    END IF;

    INSERT INTO orders_purchase (business_id, id, market_code, currency, total, language, buyer_id, method, order_business_ids, placed_at, pay_by)
    SELECT p.business_id, p.id, p.market_code, p.currency, p.total, p.language, p.buyer_id, p.method, p.order_business_ids, moment,
           moment + p.pay_minutes * interval '1 minute'
      FROM unnest(purchases) WITH ORDINALITY
           AS p (buyer_id, method, business_id, id, market_code, currency, total, language, order_business_ids, pay_minutes, place)
     WHERE all_fit OR placed[p.place];

    INSERT INTO orders_order (business_id, id, purchase_business_id, state, market_code, currency, goods, discount, shipping, duty, tax,
                              fees, total, service, language, country, town, buyer_sealed, customs, placed_at, pay_by, close_reason)
    SELECT o.business_id, o.id, o.purchase_business_id, 'awaiting_payment', o.market_code, o.currency, o.goods, o.discount, o.shipping,
           o.duty, o.tax, o.fees, o.total, o.service, o.language, o.country, o.town, o.buyer_sealed, o.customs, moment,
           moment + o.pay_minutes * interval '1 minute', ''
      FROM unnest(orders) AS o
     WHERE all_fit OR placed[o.purchase];

    INSERT INTO orders_line (business_id, id, order_id, position, listing_id, variant_id, pool_id, claim_id, sku, title, quantity,
                             unit_price, total)
    SELECT l.business_id, l.id, l.order_id, l.place, l.listing_id, l.variant_id, l.pool_id, l.claim_id, l.sku, l.title, l.quantity,
           l.unit_price, l.total
      FROM unnest(lines) AS l
     WHERE all_fit OR placed[l.purchase];

    -- One event tells of the whole batch.
    INSERT INTO foundation_outboxevent (business_id, id, name, facts, happened_at, tries, retry_at, failure)
    SELECT orders[1].business_id, event_id, 'orders.placed', jsonb_build_object('orders', told.all_of_them), moment, 0, moment, ''
      FROM (SELECT jsonb_agg(jsonb_build_array(o.business_id, o.id)) AS all_of_them
              FROM unnest(orders) AS o
             WHERE all_fit OR placed[o.purchase]) AS told
     WHERE told.all_of_them IS NOT NULL;

    RETURN QUERY SELECT refused.* FROM unnest(refusals) AS refused;
END
$$;
