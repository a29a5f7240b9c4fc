-- sample: note how much of each running campaign is sold.
-- in     at timestamptz: of the sample, rounded so that several workers take one together; ended_after timestamptz: also those that
--        ended since then, for quotes keep their word; ids uuid[]: for new rows, at least as many as campaigns run
-- out    how many were noted
-- writes campaigns_sample
-- plan   campaigns are few; index entry_of_campaign, then the index of movements by pool
WITH running AS (
    SELECT campaign.id, row_number() OVER (ORDER BY campaign.id) AS place
      FROM campaigns_campaign AS campaign
     WHERE campaign.state = 'open' AND campaign.starts_at <= %(at)s AND campaign.ends_at > %(ended_after)s
), noted AS (
    INSERT INTO campaigns_sample (id, campaign_id, taken_at, sold)
    SELECT (%(ids)s::uuid[])[running.place], running.id, %(at)s, coalesce(sum(moved.pieces - pool.available), 0)
      FROM running
      LEFT JOIN campaigns_entry AS entry ON entry.campaign_id = running.id AND entry.pool_id IS NOT NULL
      LEFT JOIN stock_pool AS pool ON pool.business_id = entry.business_id AND pool.id = entry.pool_id
      LEFT JOIN LATERAL (
            SELECT sum(movement.pieces) AS pieces FROM stock_movement AS movement
             WHERE movement.business_id = pool.business_id AND movement.pool_id = pool.id) AS moved ON true
     WHERE running.place <= cardinality(%(ids)s::uuid[])
     GROUP BY running.id, running.place
        ON CONFLICT (campaign_id, taken_at) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM noted
