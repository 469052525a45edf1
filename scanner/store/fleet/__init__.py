"""The runs of a fleet in a store, and the ledger of what was ordered and came."""
