"""One stream for any number of processors, which every gzip reads."""

import gzip
import random
import subprocess
import zlib

import pytest
from gocontainer.common import parallel_gzip
from gocontainer.common.parallel_gzip import PIECE, WINDOW, Gzip

SIZES = [0, 1, WINDOW - 1, WINDOW, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + WINDOW + 7]


def content(size):
    """Words that come again, also from one piece to the next, between bytes that never do."""
    pick = random.Random(size)
    words = [pick.randbytes(pick.randrange(3, 300)) for _ in range(50)]
    data = bytearray()
    while len(data) < size:
        data += pick.choice(words) + pick.randbytes(5)
    return bytes(data[:size])


def compressed(data, step, at_once=2):
    stream = Gzip()
    stream.at_once = at_once
    parts = [stream.compress(data[n : n + step]) for n in range(0, len(data), step)]
    return b"".join([*parts, stream.flush()])


@pytest.mark.parametrize("size", SIZES)
def test_what_was_compressed_is_read_again(size):
    data = content(size)
    stream = compressed(data, 65536)
    assert gzip.decompress(stream) == data
    done = subprocess.run(["gzip", "-dc"], input=stream, capture_output=True, check=True)
    assert done.stdout == data
    one = zlib.decompressobj(16 + zlib.MAX_WBITS)
    assert one.decompress(stream) == data
    assert one.eof and not one.unused_data, "there is more than one member"


def test_the_bytes_are_those_of_any_number_of_processors_and_any_reads():
    data = content(5 * PIECE + 11)
    wanted = compressed(data, 65536, at_once=1)
    assert compressed(data, 65536, at_once=8) == wanted
    assert compressed(data, 100_003, at_once=3) == wanted
    assert compressed(memoryview(data), len(data)) == wanted


def test_pieces_cost_hardly_more_than_one_stream():
    data = content(8 * PIECE)
    assert len(compressed(data, 65536)) < 1.01 * len(zlib.compress(data, parallel_gzip.LEVEL))


def test_a_piece_that_fails_is_never_left_out(monkeypatch):
    """Memory that ran out in a thread."""

    def fails(*_, **__):
        raise MemoryError

    stream = Gzip()
    monkeypatch.setattr(parallel_gzip.zlib, "compressobj", fails)
    with pytest.raises(MemoryError):
        stream.compress(b"word" * PIECE) + stream.flush()
