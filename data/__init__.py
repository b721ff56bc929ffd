"""The DuckDB store and everything that writes to it. Code only: no dataset is kept in this folder."""
