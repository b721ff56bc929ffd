"""HTTP beside the screens: assets, geometry, health, security headers."""
