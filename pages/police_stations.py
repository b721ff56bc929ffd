"""警地融合: a leader asks where a police room or service point is missing, a secretary who stands at hers.

Which part is shown stands in the URL, and so does the area, which narrows every part to what lies in it.
"""

from ui import shell
from ui.navigation import Screen
from ui.police import coverage, embedding, load, part, points, what_if
from ui.police.part import Part

page = shell.begin(Screen.POLICE_STATIONS)
shown = part.choose()
if shown is Part.COVERAGE:
    coverage.draw(page)
elif shown is Part.POINTS:
    points.draw(page)
elif shown is Part.EMBEDDING:
    embedding.draw(page)
elif shown is Part.LOAD:
    load.draw(page)
else:
    what_if.draw(page)
