-- heard: what the rehearsal itself wrote down, beside the database: tables of this connection only.
-- writes rehearsal_heard: one row per answer of the intake (told: first, again, refused, unsure); rehearsal_quoted: one row per quote;
--        rehearsal_bank: what the bank says of each payment; rehearsal_limit: listings with a limit per buyer;
--        rehearsal_forged: what was forged, and whether it was taken for true
CREATE TEMP TABLE rehearsal_heard (basket int, told text, business_id uuid, purchase_id uuid, total bigint);
CREATE TEMP TABLE rehearsal_quoted (basket int, buyer int, pieces bigint, total bigint);
CREATE TEMP TABLE rehearsal_bank (business_id uuid, payment_id uuid, is_paid boolean, amount bigint, currency text);
CREATE TEMP TABLE rehearsal_limit (business_id uuid, listing_id uuid, most int);
CREATE TEMP TABLE rehearsal_forged (what text, is_taken boolean);
