"""Bits of codecs' headers, changed where no byte begins with them."""


class Bits:
    """Reads and writes bits, the highest first; numbers of H.264's and H.265's kind, too (ITU-T H.264, 9.1)."""

    def __init__(self, data):
        self.text = "".join(f"{byte:08b}" for byte in data)
        self.place = 0

    def take(self, count):
        self.place += count
        return int(self.text[self.place - count:self.place] or "0", 2)

    def take_number(self):
        zeros = 0
        while not self.take(1):
            zeros += 1
        return (1 << zeros) - 1 + self.take(zeros)

    def put(self, value, count):
        """Other bits in place of the next ones."""
        self.text = self.text[:self.place] + f"{value:0{count}b}"[-count:] + self.text[self.place + count:]
        self.place += count

    def put_number(self, value):
        """Another number in place of the next one; what follows moves."""
        start = self.place
        self.take_number()
        code = f"{value + 1:b}"
        code = "0" * (len(code) - 1) + code
        self.text = self.text[:start] + code + self.text[self.place:]
        self.place = start + len(code)

    def data(self):
        text = self.text + "0" * (-len(self.text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")


def unescaped(unit):
    """A unit without its bytes against start codes (ITU-T H.264, 7.4.1)."""
    return unit.replace(b"\0\0\3", b"\0\0")


def escaped(unit):
    result = bytearray()
    for byte in unit:
        if byte < 4 and result[-2:] == b"\0\0":
            result.append(3)
        result.append(byte)
    return bytes(result)


def parameters_h264(unit, width, height):
    """A sequence parameter set of H.264's Baseline or Main profile with other sizes, in pictures of 16x16 pixels."""
    bits = Bits(unescaped(unit))
    assert bits.take(8) & 31 == 7 and bits.take(8) in (66, 77), "a sequence parameter set without chroma format"
    bits.take(16)
    bits.take_number(), bits.take_number()
    kind = bits.take_number()
    assert kind in (0, 2), "the order of pictures is simple"
    if kind == 0:
        bits.take_number()
    bits.take_number(), bits.take(1)
    bits.put_number(width // 16 - 1), bits.put_number(height // 16 - 1)
    return escaped(bits.data())


def parameters_hevc(unit, width, height):
    """A sequence parameter set of H.265 with other sizes (ITU-T H.265, 7.3.2.2)."""
    bits = Bits(unescaped(unit))
    bits.take(16 + 4)
    assert bits.take(3) == 0, "one temporal layer"
    # general_profile_tier_level, with its level.
    bits.take(1 + 88 + 8)
    bits.take_number()
    assert bits.take_number() == 1, "4:2:0"
    bits.put_number(width), bits.put_number(height)
    return escaped(bits.data())


def ogg_checksum(page):
    """An Ogg page's checksum (RFC 3533, 6)."""
    value = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        value ^= byte << 24
        for _ in range(8):
            value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value
