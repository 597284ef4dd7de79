"""Samples for Prometheus' remote-write receiver, by hand: a snappy block of literals around a small protobuf."""
import struct
import urllib.request

STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]  # Prometheus' own mark for "ended"


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def time_series(labels, points):
    """prometheus.TimeSeries: labels sorted by name, points [(second, value)] in order."""
    out = b"".join(field(1, field(1, name.encode()) + field(2, str(value).encode()))
                   for name, value in sorted(labels.items()))
    for second, value in points:
        out += field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + varint(round(second * 1000)))
    return field(1, out)


def snappy(data):
    """The block format without compression."""
    out = varint(len(data))
    for start in range(0, len(data), 65536):
        piece = data[start:start + 65536]
        out += b"\xf4" + struct.pack("<H", len(piece) - 1) + piece
    return out


def send(address, rows):
    """rows: [(labels, [(second, value)])]"""
    body = snappy(b"".join(time_series(labels, points) for labels, points in rows))
    request = urllib.request.Request(f"http://{address}/api/v1/write", data=body, headers={
        "Content-Encoding": "snappy", "Content-Type": "application/x-protobuf", "X-Prometheus-Remote-Write-Version": "0.1.0"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status in (200, 204), answer.status
