-- count_year: add to what a buyer imported (or take back, with a negative value; never below zero).
-- in     buyer bytea, scheme text, year int, value bigint
INSERT INTO checkout_buyeryear (buyer, scheme, year, value)
VALUES (%(buyer)s, %(scheme)s, %(year)s, greatest(%(value)s, 0))
    ON CONFLICT (buyer, scheme, year) DO UPDATE SET value = greatest(checkout_buyeryear.value + %(value)s, 0)
