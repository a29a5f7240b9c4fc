-- copied: what came over into a copy.
-- out    businesses, orders, whether the invented people of the demo are among the users
SELECT (SELECT count(*) FROM registry_business),
       (SELECT count(*) FROM orders_order),
       EXISTS (SELECT FROM people_user WHERE email LIKE '%@demo.example')
