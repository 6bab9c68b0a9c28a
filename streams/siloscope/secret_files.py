"""Secrets in files: every setting that is a secret may be given as the file that holds it, under NAME_file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, model_validator


class SecretsInFiles(BaseModel):
    """Settings whose secrets may be given by files: `password_file` beside `password`, for each that is declared.

    A secret is what the file holds, without its last line end. A file that cannot be read or is empty, and a secret
    given twice, are ValueErrors of one line.
    """

    @model_validator(mode="before")
    @classmethod
    def _read_secrets(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        read = dict(given)
        for name in secrets_of(cls):
            file = given.get(f"{name}_file")
            if file is None:
                continue
            if given.get(name) is not None:
                raise ValueError(f"give {name} or {name}_file, not both")
            read[name] = _content(f"{name}_file", Path(file))
        return read


def secrets_of(model: type[BaseModel]) -> list[str]:
    """The names of a model's settings that are secrets."""
    return [name for name, field in model.model_fields.items() if _is_secret(field.annotation)]


def _is_secret(annotation: Any) -> bool:
    return annotation is SecretStr or any(map(_is_secret, get_args(annotation)))


def _content(name: str, path: Path) -> str:
    try:
        text = path.read_text(encoding="utf-8").removesuffix("\n").removesuffix("\r")
    except OSError as error:
        raise ValueError(f"{name}: {path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{name}: {path} is not UTF-8 text") from None
    if not text or "\n" in text:
        raise ValueError(f"{name}: {path} holds {'several lines' if text else 'nothing'}, not a secret")
    return text
