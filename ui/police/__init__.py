"""The parts of the screen 警地融合."""
