"""The sandbox: a small server that plays the world outside, so that nothing in Saudagar has to be faked.

It plays a QRIS acquirer that speaks SNAP BI, a wallet that speaks as Alipay+ does, a carrier, and a telephone that
receives text messages and e-mails. It knows nothing of Saudagar's code and shares none of it: every protocol is written here a
second time, from the providers' documents, so that a misunderstanding shows instead of agreeing with itself.

    python -m saudagar_sandbox keys --secrets var/secrets.json --data var/sandbox
    python -m saudagar_sandbox --port 8001 --data var/sandbox --web http://127.0.0.1:8000 --secrets var/secrets.json

`keys` makes what is missing and changes nothing that is there: the platform's half into `--secrets` (a flat JSON object of setting
names, listed in keys.py), the sandbox's half into `keys.json` of `--data`. Starting the server does the same first.
State is SQLite in `--data` and survives a kill. `/` is the tester's page; whatever its buttons do, JSON does too:

    GET  /tester/payments                       POST /tester/payments/{reference}/{deed}     reference: ours or the platform's
    GET  /tester/shipments                      POST /tester/shipments/{reference}/{status}
    GET  /tester/transfers                      POST /tester/transfers/{reference}/{deed}    complete, fail
    GET  /tester/notices                        every notice sent or waiting, with the platform's answer
    GET  /tester/messages?to=…                  POST /tester/settlements/{provider}          close a day: makes a settlement file
    POST /tester/faults {"provider","kind","count"}   the next calls fail: refuse (500), vanish (done, but no answer), slow

Deeds on a payment: pay, pay_silently (no notice: a lost one), delay (paid now, told in `seconds`), late (paid although expired),
late_silently, fail, cancel, repeat (the last notice, 3 times), forge (a notice with a signature of someone else's; nothing was paid),
unsigned, mismatch (paid another `amount`), other_currency, out_of_order (success first, then the older "pending"). Bodies are JSON or a
form; both may be empty.

The carrier, for whoever writes its client (shaped like Biteship, plus a signature)
-----------------------------------------------------------------------------------
Every call carries `authorization: <CARRIER_API_KEY>`; errors are `{"success":false,"error":"…","code":40002001}`.

    POST /v1/rates/couriers
        {origin_postal_code, destination_postal_code, destination_country?, couriers?, items:[{name,value,weight,quantity,…}]}
        200 {"success":true,"pricing":[{"company":"jne","courier_service_code":"reg","price":18000,"duration":"2 - 3 days",…}]}
        Prices are whole rupiah, weights grams.
    POST /v1/orders
        {reference_id, shipper_contact_name, origin_contact_name, origin_contact_phone, origin_address, origin_postal_code,
         destination_contact_name, destination_contact_phone, destination_address, destination_postal_code,
         destination_country? ("ID"), courier_company, courier_type, delivery_type:"now", items:[{name,value,quantity,weight}]}
        200 {"success":true,"id":"…","reference_id":…,"status":"confirmed","price":18000,
             "courier":{"company","type","tracking_id","waybill_id"}}
        The same reference_id again answers with the same order: safe to repeat. Abroad the waybill is an S10 number (LX123456785ID).
    GET  /v1/orders/{id}      the same body, with "history":[{"status","note","updated_at"}]
    POST /v1/orders/{id}/cancel
    GET  /v1/trackings/{tracking_id}    GET /v1/trackings/{waybill_id}/couriers/{company}

Statuses: confirmed, allocated, picking_up, picked, dropping_off, delivered; on_hold, return_in_transit, returned, rejected,
courier_not_found, cancelled, disposed.

Webhook: POST {web}/api/v1/carriers/sandbox/notices   (`--carrier-notices PATH` changes the path)
    header  X-Carrier-Signature: t=<unix seconds>,v1=<lower hex HMAC-SHA256(CARRIER_WEBHOOK_SECRET, "<t>.<raw body>")>
    body    {"event":"order.status","event_id":"…","order_id":"…","reference_id":"…","courier_company":"jne","courier_type":"reg",
             "courier_tracking_id":"…","courier_waybill_id":"…","status":"picked","note":"…","updated_at":"2026-11-21T10:00:00+07:00"}
    Answer 2xx. Anything else is tried again after 2, 10, 30, 120, 600 seconds. Notices may repeat and arrive out of order: event_id is
    new per event and the same per repetition; order by updated_at.

The telephone
-------------
    POST /sms   {"to":"+6281234567890","text":"…"}               header Authorization: Bearer <SMS_SECRET>      201 {"id":…}
    POST /mail  {"to":"sari@contoh.example","subject":"…","text":"…"}    the same header
    GET  /inbox the page where they are read; GET /tester/messages?to=… as JSON, newest first
"""
