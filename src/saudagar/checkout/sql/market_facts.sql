-- market_facts: the open markets, each with the exchange rate of its currency against the home currency. They are few.
-- in     home text, at timestamptz
-- out    (lists as JSON text: one connection decodes jsonb, the other does not)
--        code, countries, currency, payment_methods, lanes, mode, pay_minutes, rate_id, rate, is_inverse, campaigns, rates, terms
--        rate: units of the market's currency for one of the home currency, or the inverse when is_inverse
--        rates: of every currency against the home currency, [rate, is_inverse] each: customs of other countries count in their own
--        campaigns: code and hours of those that are open and not over for more than a month
SELECT market.code, market.countries::text, market.currency, market.payment_methods::text, market.lanes::text, market.mode, market.pay_minutes,
       rate.id, rate.rate, rate.base <> %(home)s,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('code', code, 'quotes_from', quotes_from, 'starts_at', starts_at, 'ends_at', ends_at)), '[]')::text
          FROM campaigns_campaign
         WHERE market_id = market.code AND ends_at > %(at)s - interval '1 month' AND state = 'open'),
       (SELECT coalesce(jsonb_object_agg(currency, jsonb_build_array(amount, is_inverse)), '{}')::text
          FROM (SELECT DISTINCT ON (CASE WHEN base = %(home)s THEN quote ELSE base END)
                       CASE WHEN base = %(home)s THEN quote ELSE base END AS currency, markets_exchangerate.rate::text AS amount,
                       base <> %(home)s AS is_inverse
                  FROM markets_exchangerate
                 WHERE %(home)s IN (base, quote) AND valid_from <= %(at)s AND jsonb_array_length(market.countries) > 1
                 ORDER BY CASE WHEN base = %(home)s THEN quote ELSE base END, valid_from DESC) AS latest),
       market.terms::text
  FROM markets_market AS market
  LEFT JOIN LATERAL (
        SELECT id, rate, base
          FROM markets_exchangerate
         WHERE ((base = market.currency AND quote = %(home)s) OR (base = %(home)s AND quote = market.currency))
           AND valid_from <= %(at)s
         ORDER BY valid_from DESC
         LIMIT 1
       ) AS rate ON market.currency <> %(home)s
 WHERE market.is_open
