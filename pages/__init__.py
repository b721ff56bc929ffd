"""The screens, one thin file each: filters → one cached query → draw."""
