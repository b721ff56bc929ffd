"""Reading what operators hand in: files → mapping → canonical columns, rejects and findings.

Nothing here knows the database. A file becomes Arrow tables or GeoDataFrames in the canonical columns,
together with the rows that were kept out and what was noticed; the ledger loads them.
"""
