-- checkout_place: place a batch of purchases, each whole or not at all, in order of arrival.
-- in     pool_*      the distinct pools the batch asks for, sorted by (business, id)
--        purchase_*  one row per purchase; purchase_end: index of its last line (lines stand in order of purchases)
--        order_*     one row per order; order_purchase: index of its purchase
--        line_*      one row per line; line_order, line_pool: indexes into orders and pools. Indexes count from 1.
--                    Only arrays of fixed width are read by index: reading text[] by index walks the whole array.
-- out    one row per purchase, in order: outcome (1 placed, 2 placed before, 3 short), short_line (index), left_pieces
-- same   rules.placing.judge
-- writes stock_pool, orders_purchase, orders_order, orders_line, foundation_outboxevent
-- locks  pools in (business_id, id) order, so batches side by side cannot deadlock. A quote sent twice asks for the same
--        pools: the second batch waits here and then sees the first one's purchase, for every statement of this
--        function reads what is committed by then.
-- plan   primary keys only
CREATE OR REPLACE FUNCTION checkout_place(
    pool_businesses uuid[], pool_ids uuid[],
    purchase_ids uuid[], purchase_homes uuid[], purchase_markets text[], purchase_currencies text[], purchase_totals bigint[],
    purchase_languages text[], purchase_buyers uuid[], purchase_methods text[], purchase_pay_minutes int[], purchase_end int[],
    purchase_first_order int[], purchase_last_order int[],
    order_purchases int[], order_businesses uuid[], order_markets text[], order_currencies text[], order_languages text[],
    order_amounts bigint[], order_services text[], order_countries text[], order_towns text[], order_buyers bytea[], order_customs text[],
    line_orders int[], line_pools int[], line_ids uuid[], line_listings uuid[], line_variants uuid[], line_skus text[],
    line_titles text[], line_quantities int[], line_prices bigint[], line_totals bigint[], line_places int[],
    moment timestamptz
) RETURNS TABLE (outcome int, short_line int, left_pieces int)
LANGUAGE plpgsql AS $$
DECLARE
    pieces_left int[];
    before boolean[];
    outcomes int[] := '{}';
    shorts int[] := '{}';
    found_pieces int[] := '{}';
    line int := 1;
    first_line int;
    back int;
    pool int;
BEGIN
    SELECT array_agg(held.available ORDER BY asked.place)
      INTO pieces_left
      FROM unnest(pool_businesses, pool_ids) WITH ORDINALITY AS asked (business_id, id, place)
      LEFT JOIN (
            SELECT stock_pool.business_id, stock_pool.id, stock_pool.available
              FROM unnest(pool_businesses, pool_ids) AS wanted (business_id, id)
              JOIN stock_pool ON stock_pool.business_id = wanted.business_id AND stock_pool.id = wanted.id
             ORDER BY stock_pool.business_id, stock_pool.id
               FOR UPDATE OF stock_pool
           ) AS held ON held.business_id = asked.business_id AND held.id = asked.id;

    SELECT array_agg(orders_purchase.id IS NOT NULL ORDER BY asked.place)
      INTO before
      FROM unnest(purchase_homes, purchase_ids) WITH ORDINALITY AS asked (business_id, id, place)
      LEFT JOIN orders_purchase ON orders_purchase.business_id = asked.business_id AND orders_purchase.id = asked.id;

    FOR purchase IN 1 .. cardinality(purchase_ids) LOOP
        first_line := line;
        line := purchase_end[purchase] + 1;
        IF before[purchase] THEN
            outcomes[purchase] := 2;
            shorts[purchase] := 0;
            found_pieces[purchase] := 0;
            CONTINUE;
        END IF;
        outcomes[purchase] := 1;
        shorts[purchase] := 0;
        found_pieces[purchase] := 0;
        FOR taken IN first_line .. purchase_end[purchase] LOOP
            pool := line_pools[taken];
            IF coalesce(pieces_left[pool], 0) < line_quantities[taken] THEN
                outcomes[purchase] := 3;
                shorts[purchase] := taken;
                found_pieces[purchase] := coalesce(pieces_left[pool], 0);
                -- What its earlier lines took goes back: a refused purchase must not starve those behind it.
                back := first_line;
                WHILE back < taken LOOP
                    pieces_left[line_pools[back]] := pieces_left[line_pools[back]] + line_quantities[back];
                    back := back + 1;
                END LOOP;
                EXIT;
            END IF;
            pieces_left[pool] := pieces_left[pool] - line_quantities[taken];
        END LOOP;
    END LOOP;

    UPDATE stock_pool
       SET available = judged.available
      FROM unnest(pool_businesses, pool_ids, pieces_left) AS judged (business_id, id, available)
     WHERE stock_pool.business_id = judged.business_id
       AND stock_pool.id = judged.id
       AND stock_pool.available <> judged.available;

    INSERT INTO orders_purchase (business_id, id, market_code, currency, total, language, buyer_id, method, order_business_ids, placed_at, pay_by)
    SELECT purchase.home, purchase.id, purchase.market, purchase.currency, purchase.total, purchase.language, purchase.buyer,
           purchase.method,
           order_businesses[purchase.first_order:purchase.last_order],
           moment, moment + purchase.pay_minutes * interval '1 minute'
      FROM unnest(purchase_homes, purchase_ids, purchase_markets, purchase_currencies, purchase_totals, purchase_languages,
                  purchase_buyers, purchase_methods, purchase_pay_minutes, purchase_first_order, purchase_last_order)
           WITH ORDINALITY AS purchase (home, id, market, currency, total, language, buyer, method, pay_minutes, first_order, last_order, place)
     WHERE outcomes[purchase.place] = 1;

    INSERT INTO orders_order (business_id, id, purchase_business_id, state, market_code, currency, goods, discount, shipping, duty, tax,
                              fees, total, service, language, country, town, buyer_sealed, customs, placed_at, pay_by, close_reason)
    SELECT o.business_id, purchase_ids[o.purchase], purchase_homes[o.purchase], 'awaiting_payment', o.market, o.currency,
           order_amounts[o.place * 7 - 6], order_amounts[o.place * 7 - 5], order_amounts[o.place * 7 - 4],
           order_amounts[o.place * 7 - 3], order_amounts[o.place * 7 - 2], order_amounts[o.place * 7 - 1],
           order_amounts[o.place * 7],
           o.service, o.language, o.country, o.town, o.buyer, o.customs::jsonb, moment,
           moment + purchase_pay_minutes[o.purchase] * interval '1 minute', ''
      FROM unnest(order_purchases, order_businesses, order_markets, order_currencies, order_languages, order_services,
                  order_countries, order_towns, order_buyers, order_customs)
           WITH ORDINALITY AS o (purchase, business_id, market, currency, language, service, country, town, buyer, customs, place)
     WHERE outcomes[o.purchase] = 1;

    INSERT INTO orders_line (business_id, id, order_id, position, listing_id, variant_id, pool_id, sku, title, quantity, unit_price, total)
    SELECT order_businesses[l.of_order], l.id, purchase_ids[order_purchases[l.of_order]], l.place, l.listing, l.variant, pool_ids[l.pool],
           l.sku, l.title, l.quantity, l.price, l.total
      FROM unnest(line_orders, line_pools, line_ids, line_listings, line_variants, line_skus, line_titles, line_quantities,
                  line_prices, line_totals, line_places)
           AS l (of_order, pool, id, listing, variant, sku, title, quantity, price, total, place)
     WHERE outcomes[order_purchases[l.of_order]] = 1;

    -- The event has the order's id: an order is placed once.
    INSERT INTO foundation_outboxevent (business_id, id, name, facts, happened_at, tries, retry_at, failure)
    SELECT o.business_id, purchase_ids[o.purchase], 'orders.placed',
           jsonb_build_object('order', purchase_ids[o.purchase], 'home', purchase_homes[o.purchase]), moment, 0, moment, ''
      FROM unnest(order_purchases, order_businesses) AS o (purchase, business_id)
     WHERE outcomes[o.purchase] = 1;

    RETURN QUERY SELECT * FROM unnest(outcomes, shorts, found_pieces);
END
$$;
