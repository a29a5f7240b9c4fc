-- take_in_areas: add and rename administrative areas from the temporary table fresh_area.
-- in     fresh_area: code, name, level, parent_id, bps_code, iso_code; no code twice
-- out    added, changed: how many areas are new, and how many had another name or code
-- plan   one insert, parents checked at its end; 91,599 rows into an empty table: see tests/test_areas.py
WITH taken AS (
    INSERT INTO foundation_area AS area (code, name, level, parent_id, bps_code, iso_code)
    SELECT code, name, level, parent_id, bps_code, iso_code FROM fresh_area ORDER BY code
    ON CONFLICT (code) DO UPDATE
       SET name = excluded.name,
           -- A file without these columns must not wipe what another one brought.
           bps_code = coalesce(nullif(excluded.bps_code, ''), area.bps_code),
           iso_code = coalesce(nullif(excluded.iso_code, ''), area.iso_code)
     WHERE area.name <> excluded.name
        OR (excluded.bps_code <> '' AND area.bps_code <> excluded.bps_code)
        OR (excluded.iso_code <> '' AND area.iso_code <> excluded.iso_code)
    RETURNING xmax = 0 AS is_new
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM taken
