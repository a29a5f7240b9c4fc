-- stock_left(available, pieces): what is left after each ask in order, when an ask that does not fit is passed over.
-- same   rules.take_in_order
CREATE FUNCTION stock_left_next(before integer, available integer, pieces integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$ SELECT COALESCE(before, available) - CASE WHEN pieces <= COALESCE(before, available) THEN pieces ELSE 0 END $$;
CREATE AGGREGATE stock_left(available integer, pieces integer) (SFUNC = stock_left_next, STYPE = integer, PARALLEL = SAFE);
