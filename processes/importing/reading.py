"""Reading a CSV file of whatever encoding spreadsheets write, row by row in constant memory."""

from __future__ import annotations

import codecs
import csv
import io
import shutil
import tempfile
from collections.abc import Generator
from typing import BinaryIO, cast

from processes.importing.problems import ImportRefused, Problem

_CHUNK = 1 << 16


def numbered_rows(stream: BinaryIO) -> Generator[tuple[int, list[str]], None, None]:
    """Yield each row that isn't empty, with the number of its last line in the file.

    UTF-8 with or without a byte order mark, UTF-16 with one, and GB18030 (with GBK and
    GB2312 in it) are understood. A stream that can't be rewound is spooled to disk.

    Raises:
        ImportRefused: The text can't be decoded, or quotation marks don't match.
    """
    if not stream.seekable():
        with tempfile.SpooledTemporaryFile(max_size=1 << 20) as spool:
            shutil.copyfileobj(stream, spool)
            spool.seek(0)
            yield from numbered_rows(cast("BinaryIO", spool))
        return
    start = stream.tell()
    encoding = _encoding(stream)
    stream.seek(start)
    text = io.TextIOWrapper(stream, encoding=encoding, newline="")
    reader = csv.reader(text, strict=True)
    try:
        for row in reader:
            if any(field.strip() for field in row):
                yield reader.line_num, [field.strip() for field in row]
    except csv.Error as error:
        problem = Problem(code="import.row_malformed", line=reader.line_num, detail=str(error))
        raise ImportRefused([problem]) from None
    except UnicodeDecodeError as error:
        problem = Problem(code="import.encoding", line=reader.line_num + 1, detail=error.reason)
        raise ImportRefused([problem]) from None
    finally:
        text.detach()


def _encoding(stream: BinaryIO) -> str:
    head = stream.read(4)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
