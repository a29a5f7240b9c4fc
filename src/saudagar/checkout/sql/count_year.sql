-- count_year: add to what buyers imported.
-- in     buyers bytea[], schemes text[], years int[], values bigint[]: same length, each buyer, scheme and year once
-- locks  the rows in order, so that two workers cannot deadlock
INSERT INTO checkout_buyeryear (buyer, scheme, year, value)
SELECT buyer, scheme, year, value
  FROM unnest(%(buyers)s::bytea[], %(schemes)s::text[], %(years)s::int[], %(values)s::bigint[]) AS given (buyer, scheme, year, value)
 ORDER BY buyer, scheme, year
    ON CONFLICT (buyer, scheme, year) DO UPDATE SET value = checkout_buyeryear.value + excluded.value
