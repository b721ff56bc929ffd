"""The parts of the screen 社区: one module a block, each drawn from what `ui.cache.community` has read."""
