"""Which encoding a text file has, and reading it as UTF-8 without ever losing a row.

Order of the decision, each step explained in `DetectedEncoding.reason`: a byte order mark; the pattern of
zero bytes that UTF-16 without a mark leaves; strict UTF-8; UTF-8 with a few broken bytes; GB18030 (which
contains GBK and GB2312), accepted only when the characters it yields are common ones; what
charset-normalizer proposes. Bytes that do not decode become U+FFFD and are counted, so the row stays.
"""

import codecs
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
import pyarrow as pa
from charset_normalizer import from_bytes

from domain.errors import InputRefused
from domain.i18n import _

BLOCK_BYTES: Final = 1 << 20
SAMPLE_BYTES: Final = 4 << 20
REPLACEMENT: Final = "\ufffd"

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_GUESSES: Final = ["big5", "cp1252", "cp1251", "shift_jis", "euc_kr", "gb18030"]
_ASCII: Final = bytes(range(128))
_MIN_EVIDENCE_BYTES: Final = 20
_MAX_BROKEN_SHARE: Final = 0.10
_MIN_COMMON_SHARE: Final = 0.85
_MAX_CONTROL_SHARE: Final = 0.05

Opener = Callable[[], BinaryIO]
"""Opens the file's bytes from the start, as often as asked."""


@dataclass(frozen=True)
class DetectedEncoding:
    """The encoding of a file: Python codec name, how sure (0 to 1), and why."""

    codec: str
    confidence: float
    reason: str


def detect_encoding(opener: Opener) -> DetectedEncoding:
    """Decide the encoding of a text file from its bytes.

    Raises:
        InputRefused: Nothing sensible comes out under any encoding; the first bytes are shown.
    """
    return detect_bytes(_sample(opener))


def detect_bytes(sample: bytes) -> DetectedEncoding:
    """The same for bytes at hand; see `detect_encoding`."""
    if not sample:
        return DetectedEncoding("utf-8", 1.0, "the file is empty")
    for mark, codec in _MARKS:
        if sample.startswith(mark):
            return DetectedEncoding(codec, 1.0, f"byte order mark {mark.hex(' ')}")
    found = (
        _utf16_without_mark(sample)
        or _utf8(sample)
        or _gb18030(sample)
        or _guess(sample)
        or _mostly_ascii(sample)
    )
    if found is None:
        raise _refusal(sample)
    return found


def declared_encoding(name: str, opener: Opener) -> DetectedEncoding:
    """The encoding a mapping declares, held against the bytes.

    `gbk` and `gb2312` are read as GB18030, which contains them. A byte order mark is believed over the
    declaration only where both mean the same family.

    Raises:
        InputRefused: The name is no encoding, or most of the text does not decode under it.
    """
    try:
        codec = codecs.lookup(name).name
    except LookupError:
        raise InputRefused(
            _("文件编码 file.encoding 写的是“{name}”，没有这种编码。").format(name=name),
            remedy=_("可用 utf-8、utf-16、gb18030；去掉这一行则自动识别。"),
        ) from None
    sample = _sample(opener)
    codec = {"gbk": "gb18030", "gb2312": "gb18030"}.get(codec, codec)
    if codec == "utf-8":
        codec = "utf-8-sig" if sample.startswith(codecs.BOM_UTF8) else codec
    if codec == "utf-16" and not sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        guessed = _utf16_without_mark(sample)
        codec = guessed.codec if guessed else "utf-16-le"
    if broken_share(sample, codec) > 0.5:  # noqa: PLR2004  (more wrong than right)
        raise InputRefused(
            _("声明的编码“{name}”解不开这个文件：多数非 ASCII 字节无法解码（文件开头：{head}）。").format(
                name=name, head=sample[:16].hex(" ")
            ),
            remedy=_("去掉映射里的 file.encoding 以自动识别，或写上正确的编码。"),
        )
    return DetectedEncoding(codec, 1.0, "declared in the mapping")


def _sample(opener: Opener) -> bytes:
    """The first bytes that can tell: plain ASCII blocks are passed over, they fit every encoding."""
    with opener() as stream:
        block = stream.read(BLOCK_BYTES)
        if block.startswith(tuple(mark for mark, _codec in _MARKS)) or b"\x00" in block:
            return block
        last = b""
        while block and block.isascii():
            last, block = block, stream.read(BLOCK_BYTES)
        return block + stream.read(SAMPLE_BYTES - BLOCK_BYTES) if block else last


def _utf16_without_mark(sample: bytes) -> DetectedEncoding | None:
    """UTF-16 shows in zero bytes (of ASCII characters and line ends) that stand on one side only."""
    head = sample[: 1 << 16]
    half = len(head) // 2
    if half == 0:
        return None
    even = head[0::2].count(0) / half
    odd = head[1::2].count(0) / half
    for codec, many, few in (("utf-16-le", odd, even), ("utf-16-be", even, odd)):
        newline = "\n".encode(codec) in head or "\r".encode(codec) in head
        if many > 0.03 and few < many / 20 and newline and broken_share(head, codec) < _MAX_BROKEN_SHARE:  # noqa: PLR2004
            return DetectedEncoding(codec, 0.95, f"zero bytes on one side: {many:.0%} against {few:.0%}")
    return None


def _utf8(sample: bytes) -> DetectedEncoding | None:
    if sample.isascii():
        return (
            None
            if _control_share(sample.decode()) > _MAX_CONTROL_SHARE
            else DetectedEncoding("utf-8", 1.0, "only ASCII characters")
        )
    text, broken = _decode(sample, "utf-8")
    wide = sum(1 for character in set(text) if ord(character) > 127)  # noqa: PLR2004  (ASCII ends there)
    share = broken_share(sample, "utf-8")
    if wide == 0 or share > _MAX_BROKEN_SHARE or _control_share(text) > _MAX_CONTROL_SHARE:
        return None
    reason = "decodes as UTF-8" if broken == 0 else f"decodes as UTF-8 but for {broken} places"
    return DetectedEncoding("utf-8", 1.0 - share, reason)


def _gb18030(sample: bytes) -> DetectedEncoding | None:
    """GB18030 decodes almost anything: it is believed only when common characters come out."""
    text, _broken = _decode(sample, "gb18030")
    wide = [character for character in text if ord(character) > 127]  # noqa: PLR2004
    if not wide or _control_share(text) > _MAX_CONTROL_SHARE:
        return None
    broken_share = wide.count(REPLACEMENT) / len(wide)
    common = len("".join(wide).encode("gb2312", "ignore")) / 2 / len(wide)
    if broken_share > _MAX_BROKEN_SHARE or common < _MIN_COMMON_SHARE:
        return None
    return DetectedEncoding("gb18030", common, f"decodes as GB18030, {common:.0%} common characters")


def _guess(sample: bytes) -> DetectedEncoding | None:
    text_like = sample[: 1 << 18]
    if b"\x00" in text_like or len(text_like.translate(None, _ASCII)) < _MIN_EVIDENCE_BYTES:
        return None
    best = from_bytes(text_like, cp_isolation=_GUESSES).best()
    if best is None or _control_share(str(best)) > _MAX_CONTROL_SHARE:
        return None
    return DetectedEncoding(best.encoding, 0.5, f"charset-normalizer: {best.encoding}")


def _mostly_ascii(sample: bytes) -> DetectedEncoding | None:
    """ASCII with a few stray bytes, too few to tell what they were: UTF-8, the strays replaced."""
    text, broken = _decode(sample, "utf-8")
    if broken / len(text) > _MAX_BROKEN_SHARE or _control_share(text) > _MAX_CONTROL_SHARE:
        return None
    return DetectedEncoding("utf-8", 0.5, f"ASCII but for {broken} bytes that fit no encoding")


def _decode(sample: bytes, codec: str) -> tuple[str, int]:
    """Text and number of replaced places; a character cut off by the end of the sample is no fault."""
    decoder = codecs.getincrementaldecoder(codec)("replace")
    text = decoder.decode(sample, final=False)
    return text, _replaced(text, sample, codec)


def _replaced(text: str, data: bytes, codec: str) -> int:
    """How many replacement characters decoding put there; the file may hold some of its own."""
    found = text.count(REPLACEMENT)
    own = REPLACEMENT.encode(codec, "ignore") if found else b""
    return max(0, found - data.count(own)) if own else found


def broken_share(sample: bytes, codec: str) -> float:
    """Share of the non-ASCII characters that did not decode."""
    text, broken = _decode(sample, codec)
    wide = len(text) - len(text.encode("ascii", "ignore"))
    return broken / wide if wide else 0.0


def _control_share(text: str) -> float:
    head = text[: 1 << 18]
    controls = sum(1 for character in head if character < " " and character not in "\t\r\n\x00")
    return controls / len(head) if head else 0.0


def _refusal(sample: bytes) -> InputRefused:
    return InputRefused(
        _("这个文件不是可读的文本：按 UTF-8、UTF-16、GB18030 都解不出文字（文件开头：{head}）。").format(
            head=sample[:16].hex(" ")
        ),
        remedy=_("请另存为 UTF-8 的 CSV，或在映射的 file.encoding 写明编码。"),
    )


class Utf8Stream(io.RawIOBase):
    """The text of a file as UTF-8 bytes, decoded block by block.

    Attributes:
        replaced: How many places did not decode so far (each became U+FFFD).
        bytes_read: How many bytes of the file were consumed so far.
    """

    def __init__(self, raw: BinaryIO, codec: str, skip_bytes: int = 0) -> None:
        super().__init__()
        self._raw = raw
        self._strict_utf8 = codec in ("utf-8", "utf-8-sig")
        self._decoder = codecs.getincrementaldecoder("utf-8-sig" if self._strict_utf8 else codec)("replace")
        self._tail = b""
        self._pending = memoryview(b"")
        self._ended = False
        self._started = False
        self.replaced = 0
        self.bytes_read = 0
        while skip_bytes > 0:
            got = len(self.read(min(skip_bytes, BLOCK_BYTES)) or b"")
            if got == 0:
                break
            skip_bytes -= got

    def readable(self) -> bool:
        """Always: this is a reader."""
        return True

    def read(self, size: int = -1, /) -> bytes:
        """`size` bytes of UTF-8, fewer only at the end: a parser takes a short block for a whole record."""
        if size is None or size < 0:
            return b"".join(iter(lambda: self.read(BLOCK_BYTES), b""))
        parts: list[bytes] = []
        missing = size
        while missing > 0:
            if not self._pending:
                if self._ended:
                    break
                self._fill(max(missing, 1 << 16))
                continue
            part = bytes(self._pending[:missing])
            self._pending = self._pending[len(part) :]
            missing -= len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def close(self) -> None:
        """Close the file underneath as well."""
        if not self.closed:
            self._raw.close()
        super().close()

    def _fill(self, size: int) -> None:
        block = self._raw.read(size)
        self.bytes_read += len(block)
        self._ended = not block
        converted = self._convert_utf8(block) if self._strict_utf8 else self._convert(block)
        self._pending = memoryview(converted)

    def _convert(self, block: bytes) -> bytes:
        text = self._decoder.decode(block, final=not block)
        self.replaced += text.count(REPLACEMENT)
        # A lone surrogate cannot be written as UTF-8: it is as undecodable as a broken byte.
        return text.encode("utf-8", "replace")

    def _convert_utf8(self, block: bytes) -> bytes:
        """Valid blocks pass through as they are: decoding and encoding again would cost half the time."""
        data = self._tail + block
        self._tail = b""
        if not self._started and len(data) >= len(codecs.BOM_UTF8):
            self._started = True
            data = data.removeprefix(codecs.BOM_UTF8)
        if block:
            cut = _last_start(data)
            data, self._tail = data[:cut], data[cut:]
        if _is_utf8(data):
            return data
        text = data.decode("utf-8", "replace")
        self.replaced += _replaced(text, data, "utf-8")
        return text.encode("utf-8")


def _is_utf8(data: bytes) -> bool:
    """Arrow's check: four times as fast as decoding, and other threads run meanwhile."""
    cell = [None, pa.py_buffer(np.array([0, len(data)], dtype=np.int32)), pa.py_buffer(data)]
    try:
        pa.Array.from_buffers(pa.string(), 1, cell).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _last_start(data: bytes) -> int:
    """Where the last character begins if it may be unfinished, else the length."""
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte < 0x80:  # noqa: PLR2004  (ASCII)
            return len(data)
        if byte >= 0xC0:  # noqa: PLR2004  (a lead byte)
            return len(data) - back
    return len(data)
