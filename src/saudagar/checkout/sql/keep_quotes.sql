-- keep_quotes: write what one process has heard since the last time; what was asked before on that day is counted.
-- in     business_ids, ids uuid[]; days int[], since 2000-01-01; markets, codes, countries, currencies text[]; goods, totals bigint[];
--        questions bytea[]; times int[]: same length, each row once. moment timestamptz
-- locks  rows in the order of their keys, so that two processes cannot deadlock
INSERT INTO checkout_keptquote (
    business_id, id, law_day, market_code, code, country, province, currency, goods, total, question, times, first_at, last_at
)
SELECT given.business_id, given.id, date '2000-01-01' + given.day, given.market, given.code, given.country,
       coalesce(left(seller.area_id, 2), ''), given.currency, given.goods, given.total, given.question, given.times,
       %(moment)s::timestamptz, %(moment)s::timestamptz
  FROM unnest(
           %(business_ids)s::uuid[], %(ids)s::uuid[], %(days)s::int[], %(markets)s::text[], %(codes)s::text[], %(countries)s::text[],
           %(currencies)s::text[], %(goods)s::bigint[], %(totals)s::bigint[], %(questions)s::bytea[], %(times)s::int[]
       ) AS given (business_id, id, day, market, code, country, currency, goods, total, question, times)
  JOIN registry_business seller ON seller.id = given.business_id
 ORDER BY given.business_id, given.id
    ON CONFLICT (business_id, id) DO UPDATE SET times = checkout_keptquote.times + excluded.times, last_at = excluded.last_at
