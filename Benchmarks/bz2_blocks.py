#!/usr/bin/env python3
"""Cuts blocks out of a bzip2 file, each as a stream of its own that any bzip2 program decodes, one behind the other.

    bz2_blocks.py FILE OUTPUT --at BIT        the first block that begins at this bit or behind it
    bz2_blocks.py FILE OUTPUT --count N       blocks from all over the file

A program and not only a module: it takes memory, and whoever measures must not, for its children begin as its copies.
"""
import argparse
import bz2

MARK_BITS = 48
BLOCK_MARK = bytes.fromhex("314159265359")
FOOTER_MARK = bytes.fromhex("177245385090")
# More than a block and the mark behind it ever take.
REACH = 1_300_000


def marks(data, pattern):
    """Where a mark begins in bytes, in bits, in rising order."""
    number = int.from_bytes(data, "big")
    places = []
    for shift in range(8):
        moved = (number << shift).to_bytes(len(data) + 1, "big")
        place = moved.find(pattern, 1)
        while place >= 0:
            places.append((place - 1) * 8 + shift)
            place = moved.find(pattern, place + 1)
    return sorted(places)


def block_stream(path, bit_offset):
    """The first block that begins at a bit of the file or behind it, as a stream; None if none is whole."""
    with open(path, "rb") as file:
        file.seek(bit_offset // 8)
        data = file.read(2 * REACH)
    places = marks(data, BLOCK_MARK)
    ends = sorted(places + marks(data, FOOTER_MARK))
    for start in places:
        end = next((end for end in ends if end > start), None)
        if start < bit_offset % 8 or end is None:
            continue
        size = end - start
        bits = int.from_bytes(data, "big") >> (len(data) * 8 - end) & ((1 << size) - 1)
        # The checksum of a stream of one block is that of the block.
        crc = bits >> (size - MARK_BITS - 32) & 0xFFFF_FFFF
        whole = (bits << MARK_BITS | int.from_bytes(FOOTER_MARK, "big")) << 32 | crc
        padding = -(size + MARK_BITS + 32) % 8
        stream = b"BZh9" + (whole << padding).to_bytes((size + MARK_BITS + 32 + padding) // 8, "big")
        try:
            bz2.decompress(stream)
        except (OSError, ValueError):
            continue
        return stream
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("output")
    parser.add_argument("--at", type=int, default=0, metavar="BIT")
    parser.add_argument("--count", type=int, default=1, metavar="N")
    options = parser.parse_args()
    with open(options.file, "rb") as file:
        size = file.seek(0, 2)
    with open(options.output, "wb") as output:
        for number in range(options.count):
            stream = block_stream(options.file, options.at + 8 * (size * number // options.count))
            # Behind the start of the last block there is none.
            output.write(stream or block_stream(options.file, options.at))


if __name__ == "__main__":
    main()
