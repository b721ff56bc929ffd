"""一朵云: operators and analysts ask where the data come from, how fresh they are and how far to trust them.

Which part is shown stands in the URL: sources, imports, upload, or the quality of grids. It works on an empty
database too: there the operator brings the first file.
"""

from ui import shell
from ui.cloud import batches, head, jobs, parts, quality, sources, upload
from ui.cloud.parts import Part
from ui.navigation import Screen

page = shell.begin(Screen.DATA_CLOUD, needs_areas=False)
found = sources.of(page)
head.draw(page, found)
jobs.draw(page)
part = parts.choose(page)
if part is Part.SOURCES:
    sources.draw(page, found)
elif part is Part.BATCHES:
    batches.draw(page)
elif part is Part.UPLOAD:
    upload.draw(page)
else:
    quality.draw(page)
