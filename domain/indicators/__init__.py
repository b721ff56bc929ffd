"""Indicators (口径): what is counted, what stands above and below the line, and what is left out and why.

Every figure of the product is defined once, in a profile (`profiles/*.toml`, or a city's own). A rate is
defined by its exclusions and its numerator: of all cases under a filter each excluded one has exactly one
reason, the others are the denominator, so that

    cases = denominator + sum of excluded,    denominator = numerator + rest.

`facts` are what can be said of one case at the as-of time; `conditions` combine them; `model` is a
definition; `windows` are periods; `catalogue` loads the profiles. Nothing here knows SQL: queries/compose.py
turns a definition into a statement.
"""
