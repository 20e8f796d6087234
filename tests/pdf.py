"""What is wrong with a PDF by the rules of PDF/A and PDF/UA, as ``page-validation`` sees it, with one fault of its own.

Before ``endstream`` the file has an end of line, which is no part of the stream. Where compressed data happen to end in
0x0D, and the end of line is 0x0A, the checker takes both for an end of line and finds the stream one byte shorter than
its ``/Length`` (about one file in thirty). ISO 32000-1, 7.3.8: the length says where the data end. So that complaint is
left out for a stream that is of its stated length and does end in 0x0D, and for no other.
"""

import re

import page

_WRONG_LENGTH = "STREAM-LENGTH-001"


def faults(data: bytes, profile: str) -> list[tuple[str, str]]:
    """Rule and message of every fault by ``profile``: "ua1" or "2a"."""
    return [
        (failure.rule_id, failure.message)
        for failure in page.validate_pdf_bytes(data, profile=profile).failures
        if not (
            failure.rule_id.endswith(_WRONG_LENGTH)
            and failure.object_id
            and is_of_its_length(data, failure.object_id.object_number)
        )
    ]


def is_of_its_length(data: bytes, number: int) -> bool:
    """Whether the stream of an object has its stated length, ends in 0x0D, and is followed by 0x0A and its end."""
    found = re.search(rb"(?:^|[\r\n])%d 0 obj\s*<<(.*?)>>\s*stream\r?\n" % number, data, re.DOTALL)
    length = found and re.search(rb"/Length (\d+)(?![\d ]* R)", found[1])
    if not found or not length:
        return False
    end = found.end() + int(length[1])
    return data[end - 1 : end + 10] == b"\r\nendstream"
