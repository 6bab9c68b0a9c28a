"""What a request asks for, read from its address, headers and body as ClickHouse's HTTP interface has them."""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Mapping
from typing import Final, NamedTuple

from .functions import words

USER: Final = "reader"
# As ClickHouse names them; those with a header or footer are made whole before they are sent, like all answers here.
FORMATS: Final = words(
    "Native RowBinary RowBinaryWithNames RowBinaryWithNamesAndTypes TabSeparated TSV TabSeparatedRaw TSVRaw TSKV "
    "TabSeparatedWithNames TSVWithNames TabSeparatedWithNamesAndTypes TSVWithNamesAndTypes CSV CSVWithNames "
    "CSVWithNamesAndTypes JSON JSONStrings JSONColumns JSONCompact JSONCompactStrings JSONEachRow JSONLines NDJSON "
    "JSONStringsEachRow JSONCompactStringsEachRow JSONCompactEachRow JSONCompactEachRowWithNames "
    "JSONCompactEachRowWithNamesAndTypes JSONEachRowWithProgress Pretty PrettyCompact PrettySpace PrettyNoEscapes "
    "PrettyCompactNoEscapes Markdown Vertical Values XML Arrow ArrowStream Parquet Null"
)
# Parameters of the interface, not of a query.
_OURS: Final = words(
    """
    query database default_format user query_id session_id session_timeout session_check quota_key compress decompress
    buffer_size wait_end_of_query send_progress_in_http_headers http_headers_progress_interval_ms
    enable_http_compression http_zlib_compression_level client_protocol_version role
    cancel_http_readonly_queries_on_client_close add_http_cors_header
    """
)
# Settings a reader may give: how values are written.
_WRITTEN: Final = words(
    """
    date_time_output_format output_format_json_quote_64bit_integers output_format_json_quote_64bit_floats
    output_format_json_quote_denormals output_format_json_quote_decimals output_format_json_named_tuples_as_objects
    output_format_write_statistics output_format_pretty_color output_format_pretty_max_rows session_timezone
    join_use_nulls output_format_native_encode_types_in_binary_format output_format_binary_write_json_as_string
    output_format_arrow_string_as_string output_format_arrow_low_cardinality_as_dictionary prefer_column_name_to_alias
    """
)
# Settings that drivers send and that change nothing here, because the gateway has its own way.
_IGNORED: Final = words(
    """
    readonly result_overflow_mode timeout_overflow_mode date_time_input_format cast_string_to_dynamic_use_inference
    cast_string_to_variant_use_inference input_format_native_allow_types_conversion async_insert
    wait_for_async_insert insert_deduplicate output_format_native_use_flattened_dynamic_and_json_serialization
    allow_experimental_json_type select_sequential_consistency allow_experimental_analyzer mutations_sync
    connect_timeout send_timeout receive_timeout max_block_size
    network_compression_method network_zstd_compression_level
    """
)
# Limits a reader may lower; the gateway's own stands where more is asked for.
_LIMITS: Final = frozenset({"max_execution_time", "max_result_rows", "max_result_bytes", "max_memory_usage"})


_UNCOMPRESSED: Final = (
    "ClickHouse's own compression (compress=1) is not spoken here: JDBC takes compress=false in its address,"
    " clickhouse-go CompressionNone or CompressionGZIP"
)


class Wrong(Exception):
    """A request that cannot be answered: ClickHouse's `code` and name for it, and the status."""

    def __init__(self, code: int, name: str, message: str, status: int) -> None:
        super().__init__(f"Code: {code}. DB::Exception: {message}. ({name})")
        self.code, self.status = code, status


def refused(message: str) -> Wrong:
    """Not allowed here."""
    return Wrong(497, "ACCESS_DENIED", message, 403)


class Question(NamedTuple):
    """A query with what comes with it. `parameters` are escaped as in HTTP, by name."""

    sql: str
    form: str
    parameters: Mapping[str, str]
    settings: Mapping[str, str]


def question(
    given: Mapping[str, str], headers: Mapping[str, str], body: bytes, limits: Mapping[str, float]
) -> Question:
    """What is asked; `limits` are the gateway's own. Raises Wrong."""
    try:
        rest = body.decode()
    except UnicodeDecodeError:
        raise Wrong(62, "SYNTAX_ERROR", "a query is UTF-8 text", 400) from None
    sql = "\n".join(part for part in (given.get("query", ""), rest) if part.strip())
    if not sql.strip():
        raise Wrong(62, "SYNTAX_ERROR", "Empty query: send it as the body, or as ?query=", 400)
    form = given.get("default_format") or headers.get("x-clickhouse-format") or "TabSeparated"
    if given.get("compress") == "1":
        raise Wrong(432, "UNKNOWN_COMPRESSION_METHOD", _UNCOMPRESSED, 400)
    parameters = {name[6:]: value for name, value in given.items() if name.startswith("param_")}
    return Question(sql, form, parameters, _settings(given, limits))


def _settings(given: Mapping[str, str], limits: Mapping[str, float]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in given.items():
        if name in _OURS or name in _IGNORED or name.startswith("param_"):
            continue
        if name in _LIMITS:
            found |= _lowered(name, value, limits)
        elif name in _WRITTEN:
            found[name] = value
        else:
            raise Wrong(164, "READONLY", f"setting {name[:60]} cannot be changed here", 403)
    return found


def _lowered(name: str, value: str, limits: Mapping[str, float]) -> dict[str, str]:
    try:
        wanted = float(value)
    except ValueError:
        raise Wrong(27, "CANNOT_PARSE_INPUT_ASSERTION_FAILED", f"{name} is no number: {value[:40]}", 400) from None
    if not 0 < wanted < limits[name]:
        return {}
    return {name: f"{wanted:.3f}" if name == "max_execution_time" else f"{wanted:.0f}"}


def must_be_reader(given: Mapping[str, str], headers: Mapping[str, str], token: str) -> None:
    """Raise Wrong unless the request carries the token, as ClickHouse's clients send it; never in the address."""
    if "password" in given:
        raise Wrong(516, "AUTHENTICATION_FAILED", "a password in the address ends in logs: send it as a header", 403)
    user, password = _basic(headers.get("authorization", ""))
    if "x-clickhouse-key" in headers or "x-clickhouse-user" in headers:
        user, password = headers.get("x-clickhouse-user", ""), headers.get("x-clickhouse-key", "")
    told = hmac.compare_digest(password.encode(), token.encode())
    if not (told and user in (USER, "default", "")):
        who = user[:60] or "nobody"
        message = f"{who}: Authentication failed: the user is {USER}, the password is the gateway's token"
        raise Wrong(516, "AUTHENTICATION_FAILED", message, 403)


def _basic(header: str) -> tuple[str, str]:
    """User and password; a bearer's token is a password too."""
    kind, _, value = header.partition(" ")
    if kind.lower() == "bearer":
        return USER, value.strip()
    if kind.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
