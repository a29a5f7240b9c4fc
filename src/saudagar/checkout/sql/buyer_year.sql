-- buyer_year: what a buyer imported under a scheme in a year.
-- in     buyer bytea, scheme text, year int
-- out    value: minor units of the customs currency; no row where nothing was
SELECT value FROM checkout_buyeryear WHERE buyer = %(buyer)s AND scheme = %(scheme)s AND year = %(year)s
