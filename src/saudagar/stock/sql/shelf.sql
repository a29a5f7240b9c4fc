-- shelf: the ordinary pool of a variant at an outlet, made empty when it is not there.
-- in     business_id uuid, variant_id uuid, outlet_id uuid; pool_id uuid: used when it has to be made
-- out    id; no row when the outlet is not this seller's
INSERT INTO stock_pool (business_id, id, variant_id, outlet_id, country, campaign_id, available)
SELECT business_id, %(pool_id)s, %(variant_id)s, id, country, NULL, 0
  FROM registry_outlet
 WHERE business_id = %(business_id)s AND id = %(outlet_id)s
    ON CONFLICT (business_id, variant_id, outlet_id, campaign_id) DO UPDATE SET country = EXCLUDED.country
RETURNING id
