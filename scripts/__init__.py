"""Tools of the repository, called by the Makefile; no part of the product."""
