"""Papers of a parcel abroad, and the numbers of postal items. Pure."""
