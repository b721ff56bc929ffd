"""Ratings (评级) of compounds: what counts, how much, and what a grade and a place on a list stand on.

A rating is declared in a profile (`profiles/*.toml`, or a city's own): items, each an indicator of the catalogue or
an assessment from elsewhere, turned into 0 … 100 points by bands and weighed; penalties; grades; the red list and the
black list. `model` is a profile, `catalogue` loads the profiles, `periods` are what is rated, `arithmetic` rates one
compound in one period, `lists` tell who is on a list and since when, `words` say all of it to a reader.

Everything here looks at one compound and is plain arithmetic; queries/rating_arrays.py does the same to all
compounds at once, and a test holds the two together to the last digit. docs/ratings.md has every formula and a
worked example.
"""
