"""Pages of buyers, by what they do: look around, fill a basket, order, follow the parcel."""
