-- market_facts: one open market with the exchange rate of its currency against the home currency.
-- in     market text, home text, at timestamptz
-- out    (lists as JSON text: one connection decodes jsonb, the other does not)
--        code, countries, currency, payment_methods, lanes, mode, pay_minutes, rate_id, rate, is_inverse
--        rate: units of the market's currency for one of the home currency, or the inverse when is_inverse
SELECT market.code, market.countries::text, market.currency, market.payment_methods::text, market.lanes::text, market.mode, market.pay_minutes,
       rate.id, rate.rate, rate.base <> %(home)s
  FROM markets_market AS market
  LEFT JOIN LATERAL (
        SELECT id, rate, base
          FROM markets_exchangerate
         WHERE ((base = market.currency AND quote = %(home)s) OR (base = %(home)s AND quote = market.currency))
           AND valid_from <= %(at)s
         ORDER BY valid_from DESC
         LIMIT 1
       ) AS rate ON market.currency <> %(home)s
 WHERE market.code = %(market)s AND market.is_open
