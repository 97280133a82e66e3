"""The statements that count; what they count stands in ``processes.record.rules``."""

from __future__ import annotations

DAYS = """
-- Counts the days of some instants anew, for all shops. Each branch reads one index by time.
WITH answers AS (
    SELECT shop_id, (first_answer_at AT TIME ZONE :zone)::date AS day,
           count(*) FILTER (WHERE first_answer <> 'timeout') AS answered,
           count(*) FILTER (WHERE first_answer = 'timeout') AS overrun,
           count(own_decision) AS decided,
           count(*) FILTER (WHERE own_decision = 'agree') AS agreed,
           coalesce(array_agg(extract(epoch FROM first_answer_at - opened_at)::int
               ORDER BY extract(epoch FROM first_answer_at - opened_at)::int)
               FILTER (WHERE first_answer <> 'timeout'), '{}') AS seconds
      FROM cancellation_case
     WHERE first_answer_at >= :since AND first_answer_at < :until
     GROUP BY 1, 2
), ended AS (
    SELECT c.shop_id, (c.closed_at AT TIME ZONE :zone)::date AS day, c.currency, c.refunded,
           (SELECT l.fault FROM liability l WHERE l.case_no = c.case_no
             ORDER BY l.at DESC, l.id DESC LIMIT 1) AS fault
      FROM cancellation_case c
     WHERE c.closed_at >= :since AND c.closed_at < :until
), endings AS (
    SELECT shop_id, day, count(*) AS closed, count(*) FILTER (WHERE fault = 'seller') AS at_fault,
           count(*) FILTER (WHERE refunded > 0) AS refunds
      FROM ended GROUP BY 1, 2
), money AS (
    SELECT shop_id, day, jsonb_object_agg(currency, total) AS refunded
      FROM (SELECT shop_id, day, currency, sum(refunded) AS total
              FROM ended WHERE refunded > 0 GROUP BY 1, 2, 3) AS sums
     GROUP BY 1, 2
), marks AS (
    SELECT shop_id, (rated_at AT TIME ZONE :zone)::date AS day, count(*) AS ratings, sum(stars) AS stars
      FROM case_rating
     WHERE rated_at >= :since AND rated_at < :until AND hidden_at IS NULL
     GROUP BY 1, 2
)
INSERT INTO shop_day (shop_id, day, answered, overrun, decided, agreed, closed, at_fault, ratings, stars,
                      refunds, refunded, seconds)
SELECT shop_id, day, coalesce(answered, 0), coalesce(overrun, 0), coalesce(decided, 0), coalesce(agreed, 0),
       coalesce(closed, 0), coalesce(at_fault, 0), coalesce(ratings, 0), coalesce(stars, 0),
       coalesce(refunds, 0), coalesce(refunded, '{}'), coalesce(seconds, '{}')
  FROM answers
  FULL JOIN endings USING (shop_id, day)
  FULL JOIN money USING (shop_id, day)
  FULL JOIN marks USING (shop_id, day)
"""

WINDOW = """
-- Adds up the latest days of every shop that has any.
WITH days AS (
    SELECT * FROM shop_day WHERE day > :before AND day <= :today
), sums AS (
    SELECT shop_id, sum(answered) AS answered, sum(overrun) AS overrun, sum(decided) AS decided,
           sum(agreed) AS agreed, sum(closed) AS closed, sum(at_fault) AS at_fault,
           sum(ratings) AS ratings, sum(stars) AS stars, sum(refunds) AS refunds
      FROM days GROUP BY shop_id
), money AS (
    SELECT shop_id, jsonb_object_agg(currency, total) AS refunded
      FROM (SELECT shop_id, currency, sum(amount::bigint) AS total
              FROM days, jsonb_each_text(refunded) AS each (currency, amount) GROUP BY 1, 2) AS sums
     GROUP BY shop_id
), times AS (
    SELECT shop_id, percentile_disc(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY second) AS at
      FROM days, unnest(seconds) AS second GROUP BY shop_id
)
INSERT INTO shop_window (days, shop_id, answered, overrun, decided, agreed, closed, at_fault, ratings, stars,
                         refunds, refunded, median, slowest_tenth)
SELECT :days, shop_id, answered, overrun, decided, agreed, closed, at_fault, ratings, stars, refunds,
       coalesce(refunded, '{}'), at[1], at[2]
  FROM sums LEFT JOIN money USING (shop_id) LEFT JOIN times USING (shop_id)
"""

EARLIER_ANSWERS = """
-- Notes the first answers of cases that were decided before these columns were there.
UPDATE cancellation_case AS c
   SET first_answer_at = f.at,
       first_answer = CASE f.how WHEN 'timeout' THEN 'timeout' ELSE f.decision END,
       own_decision = CASE f.how WHEN 'seller' THEN f.decision END
  FROM (SELECT DISTINCT ON (e.case_no) e.case_no, e.at, e.params ->> 'how' AS how,
               e.params ->> 'decision' AS decision
          FROM case_event e
         WHERE e.case_no = ANY(:case_nos) AND e.kind = 'decision_recorded'
           AND e.params ->> 'how' IN ('seller', 'timeout')
         ORDER BY e.case_no, e.id) AS f
 WHERE c.case_no = f.case_no AND c.first_answer_at IS NULL
"""
