"""The bytes of one binary array of a VTK file: base64, a header of block sizes, blocks compressed by LZ4 or zlib.

Python's standard library alone. python3-lz4 is used if it is there; without it, LZ4 takes a hundred times as long.
"""
from __future__ import annotations

import binascii
import struct
import zlib

try:
    import lz4.block as fast
except ImportError:
    fast = None


class Damaged(ValueError):
    """The bytes do not hold what their header says."""


def decoded(text: bytes, lz4: bool) -> bytes:
    """The bytes of an array from the text of its element. Raises Damaged."""
    text = text.strip()
    if not text:
        return b""
    try:
        count = struct.unpack("<Q", binascii.a2b_base64(text[:12])[:8])[0]
        size = 8 * (3 + count)
        length = 4 * ((size + 2) // 3)
        _, full, last, *sizes = struct.unpack(f"<{3 + count}Q", binascii.a2b_base64(text[:length])[:size])
        data = memoryview(binascii.a2b_base64(text[length:]))
        out, at = [], 0
        for k, block in enumerate(sizes):
            holds = last if k + 1 == count and last else full
            out.append((unpacked_lz4 if lz4 else unpacked_zlib)(data[at:at + block], holds))
            if len(out[-1]) != holds:
                raise Damaged("a block of another length")
            at += block
        return b"".join(out)
    except (binascii.Error, zlib.error, struct.error, MemoryError, OverflowError) as error:
        raise Damaged(str(error)) from None


def unpacked_zlib(block: memoryview, size: int) -> bytes:
    return zlib.decompress(block, bufsize=size or 1)


def unpacked_lz4(block: memoryview, size: int) -> bytes:
    if fast is None:
        return slowly_unpacked(bytes(block))
    try:
        return fast.decompress(block, uncompressed_size=size)
    except fast.LZ4BlockError as error:
        raise Damaged(str(error)) from None


def slowly_unpacked(block: bytes) -> bytes:
    """LZ4's block format: a token, literals, and a match of what was written `offset` bytes before."""
    out, at = bytearray(), 0
    try:
        while True:
            token = block[at]
            literals, at = _length(block, at + 1, token >> 4)
            out += block[at:at + literals]
            at += literals
            if at >= len(block):
                return bytes(out)
            offset = block[at] | block[at + 1] << 8
            match, at = _length(block, at + 2, token & 15)
            match += 4
            if not 0 < offset <= len(out):
                raise Damaged("a match before the beginning")
            start = len(out) - offset
            out += (out[start:] * (match // offset + 1))[:match] if offset < match else out[start:start + match]
    except IndexError:
        raise Damaged("a block cut short") from None


def _length(block: bytes, at: int, length: int) -> tuple[int, int]:
    """A length of four bits that goes on in further bytes if it is 15; and where the next byte is."""
    if length < 15:
        return length, at
    while True:
        length += block[at]
        at += 1
        if block[at - 1] < 255:
            return length, at
