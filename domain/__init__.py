"""Vocabulary and rules of grid governance: pure, no I/O, nothing but the standard library and pydantic."""
