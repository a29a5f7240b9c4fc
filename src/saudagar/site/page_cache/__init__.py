"""Pages that are the same for everybody (`look/shared.py`), kept in each web process and sent without Django.

`shelf` keeps them, `rendering` makes them, `front` answers from them, `listening` hears what has changed. docs/why/page-cache.md
"""
