-- pay_time: in a copy, orders must be paid within {seconds} seconds, whoever places them.
-- writes a trigger on orders_order and orders_purchase
CREATE OR REPLACE FUNCTION rehearsal_pay_time() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.pay_by := NEW.placed_at + interval '{seconds} seconds';
    RETURN NEW;
END
$$;
CREATE OR REPLACE TRIGGER rehearsal_pay_time BEFORE INSERT ON orders_order FOR EACH ROW EXECUTE FUNCTION rehearsal_pay_time();
CREATE OR REPLACE TRIGGER rehearsal_pay_time BEFORE INSERT ON orders_purchase FOR EACH ROW EXECUTE FUNCTION rehearsal_pay_time();
