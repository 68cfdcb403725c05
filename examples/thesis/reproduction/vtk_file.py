"""Reads the arrays of the VTK XML files that escapade writes."""
import array
import pathlib
import sys
import xml.etree.ElementTree as tree

sys.path.append(str(pathlib.Path(__file__).resolve().parents[3] / "python" / "escapade"))
import vtk_blocks

CODES = {"Float64": "d", "Float32": "f", "Int64": "q", "Int32": "i", "UInt8": "B"}


def numbers(element, lz4):
    """The numbers of one DataArray."""
    values = array.array(CODES[element.get("type")])
    values.frombytes(vtk_blocks.decoded(element.text.encode(), lz4))
    return values


def arrays(name, section):
    """{array: (components, numbers)} of a section: CellData, PointData, Points."""
    found = {}
    root = tree.parse(name).getroot()
    lz4 = "LZ4" in root.get("compressor", "")
    for part in root.iter(section):
        for one in part.iter("DataArray"):
            found[one.get("Name")] = (int(one.get("NumberOfComponents", "1")), numbers(one, lz4))
    return found


def polyline(name):
    """Points and point data of a .vtp with one path: [(x, y)], {name: numbers}."""
    xyz = arrays(name, "Points")["Points"][1]
    data = {key: values for key, (_, values) in arrays(name, "PointData").items()}
    return list(zip(xyz[0::3], xyz[1::3])), data


class Cells:
    """Cell centres and cell data of a .vti or .vts of nx × ny cells."""

    def __init__(self, name):
        root = tree.parse(name).getroot()
        grid = next(iter(root))
        extent = [int(v) for v in grid.get("WholeExtent").split()]
        self.nx, self.ny = extent[1] - extent[0], extent[3] - extent[2]
        self.data = arrays(name, "CellData")
        if grid.tag == "ImageData":
            x0, y0 = (float(v) for v in grid.get("Origin").split()[:2])
            dx, dy = (float(v) for v in grid.get("Spacing").split()[:2])
            self.corners = lambda i, j: (x0 + i * dx, y0 + j * dy)
        else:
            xyz = arrays(name, "Points")["Points"][1]
            row = self.nx + 1
            self.corners = lambda i, j: (xyz[3 * (j * row + i)], xyz[3 * (j * row + i) + 1])

    def centre(self, i, j):
        p, q = self.corners(i, j), self.corners(i + 1, j + 1)
        return (p[0] + q[0]) / 2, (p[1] + q[1]) / 2

    def value(self, name, i, j):
        """A number, or a list for a field with several components."""
        components, values = self.data[name]
        at = components * (j * self.nx + i)
        return values[at] if components == 1 else list(values[at:at + components])
