"""Parts of 一朵云: sources, imports, uploads and the quality of grids."""
