"""Programmes: where goods can go, how ready they are for it, and what raises that most."""
