"""Geometry as pure functions on arrays and GeoDataFrames; it knows no database and no screen."""
