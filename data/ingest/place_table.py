"""A file of places (points or compounds): coordinates and shapes beside what every whole file has."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from data.ingest.layers import read_layer
from data.ingest.mapping import Mapping
from data.ingest.mapping_columns import Joined
from data.ingest.mapping_sections import LocatedSection
from data.ingest.systems import Bounds, check_system, declared_crs, swapped_axes
from data.ingest.tables_binary import VectorTable
from data.ingest.values import FloatArray, numbers
from data.ingest.whole_table import WholeTable
from geo.coverage import repair
from geo.crs import to_wgs84


class PlaceTable(WholeTable):
    """The rows of a place file; a vector file's geometry serves where no columns are mapped."""

    def __init__(
        self, path: Path, mapping: Mapping, section: LocatedSection, reference_bounds: Bounds | None
    ) -> None:
        super().__init__(path, mapping, section)
        self._path = path
        self._located = section
        self._bounds = reference_bounds
        if isinstance(self.file, VectorTable) and "lon" not in self.targets:
            self.targets["lon"] = Joined(columns=(self.file.lon_column,))
            self.targets["lat"] = Joined(columns=(self.file.lat_column,))

    def coordinates(self) -> tuple[FloatArray, FloatArray]:
        """WGS-84 degrees, NaN for no location; unreadable ones are rejected."""
        nothing = np.full(len(self.row_numbers), np.nan)
        if "lon" not in self.targets:
            return nothing, nothing.copy()
        lon, bad_lon = numbers(self.text("lon"))
        lat, bad_lat = numbers(self.text("lat"))
        self.reject("bad_number", "lon", bad_lon)
        self.reject("bad_number", "lat", bad_lat)
        zero = (lon == 0) & (lat == 0)
        half = np.isnan(lon) != np.isnan(lat)
        self.note("zero_coordinate", zero)
        self.note("half_coordinate", half)
        lon[zero | half] = lat[zero | half] = np.nan
        declared = declared_crs(self._located.crs, self.file.crs)
        there = np.isfinite(lon)
        check_system(lon[there], lat[there], declared, self._bounds)
        degrees = declared or "wgs84"
        self.findings += swapped_axes(lon[there], lat[there], degrees, self.targets, self._bounds)
        lon[there], lat[there] = to_wgs84(lon[there], lat[there], degrees)
        return lon, lat

    def shapes(self) -> npt.NDArray[np.object_]:
        """Polygons (repaired) or points in WGS-84; rows without one are rejected."""
        if isinstance(self.file, VectorTable):
            layer = read_layer(self._path, [], self._located.crs, self._bounds)
            return self._polygons(layer)
        lon, lat = self.coordinates()
        self.reject("empty_geometry", "lon", np.isnan(lon))
        there = ~np.isnan(lon)
        shapes = np.full(len(lon), None, dtype=object)
        shapes[there] = shapely.points(lon[there], lat[there])
        return shapes

    def _polygons(self, layer: Any) -> npt.NDArray[np.object_]:
        layer = layer.iloc[self.row_numbers - 1].reset_index(drop=True)
        shapes = np.array(layer.geometry.to_numpy(), dtype=object)
        kinds = shapely.get_type_id(shapes)
        points = kinds == shapely.GeometryType.POINT
        mended = repair(layer[~points])
        shapes[~points] = None
        shapes[mended.frame.index.to_numpy()] = mended.frame.geometry.to_numpy()
        empty = (kinds == -1) | (points & shapely.is_empty(shapes))
        lost = np.array([shape is None for shape in shapes], dtype=bool) & ~empty
        self.reject("empty_geometry", "geometry", empty)
        self.reject("wrong_geometry", "geometry", lost)
        self.counter.add("repaired_geometry", self.row_numbers[mended.repaired.index.to_numpy(dtype=int)])
        return shapes
