"""Tests, laid out like the layers they test."""
