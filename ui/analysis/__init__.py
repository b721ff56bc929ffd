"""The parts of the screen 分析: charts that filter each other, the pivot, two sides, saved views, taking it out."""
