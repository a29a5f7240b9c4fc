-- place_types: one row each of what checkout_place writes, as rules/promises.py packs them, and of what it answers.
-- same   rules.promises: fields in this order, of these types; first what is known only when a quote is placed
CREATE TYPE checkout_purchase AS (
    buyer_id uuid, method text,
    business_id uuid, id uuid, market_code text, currency text, total bigint, language text, order_business_ids uuid[], pay_minutes int
);
CREATE TYPE checkout_order AS (
    purchase int, town text, buyer_sealed bytea,
    business_id uuid, id uuid, purchase_business_id uuid, market_code text, currency text,
    goods bigint, discount bigint, shipping bigint, duty bigint, tax bigint, fees bigint, total bigint,
    service text, language text, country text, customs bytea, pay_minutes int
);
CREATE TYPE checkout_line AS (
    purchase int, claim_id uuid,
    business_id uuid, id uuid, order_id uuid, place smallint, listing_id uuid, variant_id uuid, pool_id uuid,
    sku text, title text, quantity int, unit_price bigint, total bigint
);
CREATE TYPE checkout_refusal AS (purchase int, outcome int, line int, left_pieces int);
