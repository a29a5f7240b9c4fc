"""Campaigns on the desks: officers open them and decide who joins, sellers join. They know of late parcels, so they live up here."""
