"""Reads the VTK files that escapade writes: XML, numbers in base64, compressed blocks.

VTK's own reader takes twice as long and must be installed; these files are all of one kind. A field's numbers
are decoded only when they are asked for.
"""
from __future__ import annotations

import mmap
import os
import re
from dataclasses import dataclass, field
from typing import Mapping

import numpy as np

from .checked import path_of, reading
from .errors import BadFile, NoSuchName
from .vtk_blocks import Damaged, decoded

_TYPES = {"Float64": "<f8", "Float32": "<f4", "Int64": "<i8", "UInt64": "<u8", "Int32": "<i4", "UInt32": "<u4",
          "UInt8": "u1", "Int8": "i1"}
_TAG = re.compile(rb"<(/?)(\w+)((?:\s+[\w:]+=\"[^\"]*\")*)\s*/?>")
_ATTRIBUTE = re.compile(r"([\w:]+)=\"([^\"]*)\"")


@dataclass
class VtkArray:
    """Where an array stands in its file, and what is said of it."""
    name: str
    type: str
    components: int
    component_names: tuple[str, ...]
    units: str
    first: int
    last: int


@dataclass
class VtkFile:
    """The frame of one file: attributes of its elements and the places of its arrays.

    `groups` holds the arrays by element: CellData, PointData, FieldData, Points, Lines, Cells, Polys.
    """
    path: str
    kind: str
    attributes: Mapping[str, str]
    lz4: bool = False
    pieces: list[Mapping[str, str]] = field(default_factory=list)
    groups: dict[str, dict[str, VtkArray]] = field(default_factory=dict)

    def names(self, group: str) -> list[str]:
        return [name for name in self.groups.get(group, {}) if name != "vtkGhostType"]

    def numbers(self, group: str, name: str) -> np.ndarray:
        """An array, of shape (n,) or (n, components)."""
        array = self.groups.get(group, {}).get(name)
        if array is None:
            raise NoSuchName(f"{self.path}: no array '{name}'; there are {', '.join(self.names(group)) or 'none'}")
        with reading(self.path):
            values = np.frombuffer(_decoded(self.path, array, self.lz4), _TYPES[array.type])
            return values.reshape(-1, array.components) if array.components > 1 else values

    def text(self, name: str) -> list[str]:
        """Strings of the field data, such as `variables` or `program`; empty where there are none."""
        array = self.groups.get("FieldData", {}).get(name)
        if array is None:
            return []
        return [part.decode("utf-8", "replace") for part in _decoded(self.path, array, self.lz4).split(b"\0") if part]


def _attributes(text: bytes) -> dict[str, str]:
    found = dict(_ATTRIBUTE.findall(text.decode("utf-8", "replace")))
    for name, value in found.items():
        if "&" in value:
            for code, letter in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&")):
                value = value.replace(code, letter)
            found[name] = value
    return found


_GROUPS = ("CellData", "PointData", "FieldData", "Points", "Lines", "Cells", "Polys", "Verts", "Strips")


def read_frame(path: str) -> VtkFile:
    """All of a file but its numbers. BadFile where it is not there, not whole, or not of escapade's kind."""
    path = path_of("path", path)
    try:
        with reading(path), open(path, "rb") as stream:
            if os.fstat(stream.fileno()).st_size == 0:
                raise BadFile(f"{path}: empty: the run that was to write it has not ended well")
            with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _frame_of(path, data)
    except FileNotFoundError:
        raise BadFile(f"{path}: there is no such file") from None
    except OSError as error:
        raise BadFile(f"{path}: cannot be read: {error.strerror}") from None


def _frame_of(path: str, data: mmap.mmap) -> VtkFile:
    if data.find(b"<VTKFile", 0, 400) < 0 or data.rfind(b"</VTKFile>", max(0, len(data) - 400)) < 0:
        raise BadFile(f"{path}: not a whole VTK file: of a stopped run, or cut short; run again")
    out: VtkFile | None = None
    groups: list[str] = []
    at = 0
    while (tag := _TAG.search(data, at)) is not None:
        at = tag.end()
        closing, name, attributes = tag[1] == b"/", tag[2].decode(), _attributes(tag[3])
        if name == "VTKFile" and not closing:
            if attributes.get("header_type", "UInt64") != "UInt64" or attributes.get("byte_order") != "LittleEndian":
                raise BadFile(f"{path}: not written by escapade; open it with VTK or ParaView")
            out = VtkFile(path, attributes.get("type", ""), {}, "LZ4" in attributes.get("compressor", ""))
        elif out is None:
            continue
        elif name == out.kind and not closing:
            out.attributes = attributes
        elif name == "Piece" and not closing:
            out.pieces.append(attributes)
        elif name.removeprefix("P") in _GROUPS or name in _GROUPS:
            groups = groups[:-1] if closing else groups + [name if name in _GROUPS else name[1:]]
            if not closing and tag[0].endswith(b"/>"):
                groups = groups[:-1]
        elif name in ("DataArray", "PDataArray", "Array") and not closing:
            at = _add_array(out, data, groups[-1] if groups else "", attributes, name, tag.end())
    assert out is not None
    return out


def _add_array(out: VtkFile, data: mmap.mmap, group: str, attributes: dict[str, str], kind: str, at: int) -> int:
    """Records one array; returns where its element ends."""
    if kind != "PDataArray" and attributes.get("format", "binary") != "binary":
        raise BadFile(f"{out.path}: not written by escapade (format {attributes['format']}); open it with VTK")
    components = int(attributes.get("NumberOfComponents", "1"))
    names = tuple(attributes.get(f"ComponentName{k}", "") for k in range(components))
    stop, end, units = at, at, ""
    if kind != "PDataArray":
        stop = data.find(b"<", at)
        end = data.find(f"</{kind}>".encode(), stop)
        keys = data[stop:end]  # what is known of the array follows its numbers
        if (label := keys.find(b"UNITS_LABEL")) >= 0:
            units = keys[keys.find(b">", label) + 1:keys.find(b"<", label)].decode().strip()
    out.groups.setdefault(group, {}).setdefault(attributes["Name"], VtkArray(
        attributes["Name"], attributes.get("type", ""), components, names, units, at, stop))
    return end


def _decoded(path: str, array: VtkArray, lz4: bool) -> bytes:
    with open(path, "rb") as stream:
        stream.seek(array.first)
        text = stream.read(array.last - array.first)
    try:
        return decoded(text, lz4)
    except (Damaged, MemoryError, OverflowError):
        raise BadFile(f"{path}: the numbers of '{array.name}' are damaged: run again") from None
