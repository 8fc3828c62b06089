"""Media types: what a body may be, and which of the two kinds of answer the sender reads.

After the GraphQL-over-HTTP specification. Without an Accept header, or on a tie, the answer is
`application/graphql-response+json`, whose status codes can be trusted; the older `application/json` is served to those
who ask for it by name, and answers 200 to every well-formed request that was let in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from hub.errors import NotAcceptable, UnsupportedMediaType

CHARSETS = {"utf-8", "utf8"}
FILES = {"application/jsonl": "NDJSON", "application/x-ndjson": "NDJSON", "text/csv": "CSV"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A kind of answer. `is_strict` says whether request errors show in the status."""

    name: str
    content_type: bytes
    is_strict: bool

    def status(self, status: int) -> int:
        """The status of an answer to a well-formed request: the older type hides what is wrong with the document."""
        return status if self.is_strict or status != 400 else 200


GRAPHQL = Media(
    name="application/graphql-response+json",
    content_type=b"application/graphql-response+json; charset=utf-8",
    is_strict=True,
)
STREAM = "text/event-stream"
JSON = Media(name="application/json", content_type=b"application/json; charset=utf-8", is_strict=False)


@lru_cache(maxsize=256)
def negotiate(accept: str) -> Media:
    """The kind of answer for this Accept header; the empty string stands for no header."""
    if not accept.strip():
        return GRAPHQL
    ranges = [_parse_range(part) for part in accept.split(",")]
    ranked = [(*_weight(media, ranges), media is GRAPHQL, media) for media in (GRAPHQL, JSON)]
    quality, _, _, media = max(ranked, key=lambda ranking: ranking[:3])
    if quality <= 0:
        raise NotAcceptable
    return media


@lru_cache(maxsize=256)
def prefers_stream(accept: str) -> bool:
    """Whether the sender asks for a stream of events by name, rather than for an answer."""
    ranges = [_parse_range(part) for part in accept.split(",")]
    asked = max((quality for name, quality in ranges if name == STREAM), default=0.0)
    return asked > max(_weight(media, ranges)[0] for media in (GRAPHQL, JSON))


@lru_cache(maxsize=64)
def expect_json(content_type: str) -> None:
    """Refuses a body that does not say it is JSON in UTF-8."""
    name, parameters = _split(content_type)
    if name != "application/json" or parameters.get("charset", "utf-8") not in CHARSETS:
        raise UnsupportedMediaType


@lru_cache(maxsize=64)
def file_of(content_type: str) -> str:
    """What a file says that it is: `CSV` or `NDJSON`, in UTF-8."""
    name, parameters = _split(content_type)
    if name not in FILES or parameters.get("charset", "utf-8") not in CHARSETS:
        raise UnsupportedMediaType("Send text/csv or application/x-ndjson, in UTF-8.", member="content-type")
    return FILES[name]


def _weight(media: Media, ranges: list[tuple[str, float]]) -> tuple[float, int]:
    """Quality and specificity of the most specific range that covers this type."""
    names = ("*/*", "application/*", media.name)
    matching = [(names.index(name), quality) for name, quality in ranges if name in names]
    if not matching:
        return 0.0, 0
    specificity, quality = max(matching)
    return quality, specificity


def _parse_range(text: str) -> tuple[str, float]:
    name, parameters = _split(text)
    if parameters.get("charset", "utf-8") not in CHARSETS:
        return name, 0.0
    try:
        quality = float(parameters.get("q", "1"))
    except ValueError:
        return name, 0.0
    return name, quality if 0 <= quality <= 1 else 0.0


def _split(text: str) -> tuple[str, dict[str, str]]:
    name, *rest = text.split(";")
    pairs = (part.partition("=") for part in rest)
    return name.strip().lower(), {key.strip().lower(): value.strip().strip('"').lower() for key, _, value in pairs}
