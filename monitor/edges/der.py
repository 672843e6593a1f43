"""Read just as much DER (X.690) as it takes to put the certificates of an RFC 3161 answer in order.

The certificates of a CMS message are a SET, and DER sorts sets. CMS asks for DER only in what is signed, which they are
not (RFC 5652 5.1 and 5.3), so OpenSSL writes them as they come, and with it every authority built on it. The parser of
rfc3161-client takes no set that is not sorted.
"""

_LONG, _TAGS = 0x80, 0x1F
_CERTIFICATES = 0xA0  # [0] in SignedData (RFC 5652 5.1)

Part = tuple[int, int, int]  # where a value begins with its head, where its content begins, where it ends


def with_sorted_certificates(answer: bytes) -> bytes:
    """Return a TimeStampResp of the same length whose certificates are sorted; one without a token as it is.

    Raises ValueError for what does not have the form of one.
    """
    (response,) = _parts(answer, 0, len(answer))
    told = _parts(answer, *response[1:])
    if len(told) < 2:
        return answer
    explicit = _parts(answer, *told[1][1:])[-1]  # ContentInfo: the type, and [0] with what is signed
    signed_data = _parts(answer, *explicit[1:])[0]
    for start, content, end in _parts(answer, *signed_data[1:]):
        if answer[start] == _CERTIFICATES:
            ordered = sorted(answer[one[0] : one[2]] for one in _parts(answer, content, end))
            return answer[:content] + b"".join(ordered) + answer[end:]
    return answer


def granted(token: bytes) -> bytes:
    """Return a TimeStampResp that grants a token (RFC 3161 2.4.2)."""
    content = b"\x30\x03\x02\x01\x00" + token
    size = len(content).to_bytes(3, "big")
    return b"\x30\x83" + size + content if len(content) > 0xFFFF else b"\x30\x82" + size[1:] + content


def _parts(data: bytes, at: int, end: int) -> list[Part]:
    """Return the values that lie one after the other between two places, one at least. Raises ValueError."""
    found: list[Part] = []
    while at < end or not found:
        content, after = _value(data, at, end)
        found.append((at, content, after))
        at = after
    return found


def _value(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Return where the content of the value at a place begins and ends (X.690 8.1)."""
    if at + 2 > end or data[at] & _TAGS == _TAGS:
        raise ValueError(f"no DER value at byte {at}")
    length, content = data[at + 1], at + 2
    if length & _LONG:
        count = length & ~_LONG
        length = int.from_bytes(data[content : content + count], "big")
        content += count
        if not 0 < count <= 4:
            raise ValueError(f"no DER length at byte {at + 1}")
    if content + length > end:
        raise ValueError(f"the value at byte {at} is longer than what it is in")
    return content, content + length
