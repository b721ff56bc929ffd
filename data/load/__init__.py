"""Loading: what was read and normalised goes into the store in one transaction, with its batch record."""
