-- take_back_year: take back what was counted of buyers' imports; never below zero.
-- in     buyers bytea[], schemes text[], years int[], values bigint[]: same length, each buyer, scheme and year once
UPDATE checkout_buyeryear
   SET value = greatest(checkout_buyeryear.value - given.value, 0)
  FROM unnest(%(buyers)s::bytea[], %(schemes)s::text[], %(years)s::int[], %(values)s::bigint[]) AS given (buyer, scheme, year, value)
 WHERE checkout_buyeryear.buyer = given.buyer AND checkout_buyeryear.scheme = given.scheme AND checkout_buyeryear.year = given.year
