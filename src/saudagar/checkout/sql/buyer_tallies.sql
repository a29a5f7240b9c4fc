-- buyer_tallies: what a buyer used so far, under one way in, in the periods a day lies in.
-- in     buyer bytea, periods text[]
-- out    tally, period, amount: minor units of the customs currency, grams or times; no row where nothing was
-- plan   the unique index, by its first column
SELECT tally, period, amount FROM checkout_buyertally WHERE buyer = %(buyer)s AND period = ANY (%(periods)s::text[])
