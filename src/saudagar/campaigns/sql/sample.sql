-- sample: note how much of each running campaign is sold.
-- in     at timestamptz: of the sample, rounded so that several workers take one together; ended_after timestamptz: also those that
--        ended since then, for quotes keep their word; ids uuid[]: for new rows, at least as many as campaigns run
-- out    how many were noted
-- writes campaigns_sample
-- plan   campaigns are few, and one that has its sample is passed over; then index entry_of_campaign and primary keys of the pools
WITH running AS (
    SELECT campaign.id, row_number() OVER (ORDER BY campaign.id) AS place
      FROM campaigns_campaign AS campaign
     WHERE campaign.state = 'open' AND campaign.starts_at <= %(at)s AND campaign.ends_at > %(ended_after)s
       AND NOT EXISTS (SELECT FROM campaigns_sample AS taken WHERE taken.campaign_id = campaign.id AND taken.taken_at = %(at)s)
), noted AS (
    -- What lay in an allotment at its approval less what is left: movements would say the same and cost a look-up each.
    INSERT INTO campaigns_sample (id, campaign_id, taken_at, sold)
    SELECT (%(ids)s::uuid[])[running.place], running.id, %(at)s, coalesce(sum(greatest(entry.allotment - pool.available, 0)), 0)
      FROM running
      LEFT JOIN campaigns_entry AS entry ON entry.campaign_id = running.id AND entry.state = 'approved'
      LEFT JOIN stock_pool AS pool ON pool.business_id = entry.business_id AND pool.id = entry.pool_id
     WHERE running.place <= cardinality(%(ids)s::uuid[])
     GROUP BY running.id, running.place
        ON CONFLICT (campaign_id, taken_at) DO NOTHING
    RETURNING 1
)
SELECT count(*) FROM noted
