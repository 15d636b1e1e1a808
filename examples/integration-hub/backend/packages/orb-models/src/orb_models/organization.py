"""An organization whose applications the hub connects."""

from typing import Any

import attrs
from orb_common import parse_identifier


def _identifier(text: str) -> str:
    return parse_identifier(text, "org")


@attrs.frozen
class Organization:
    """Its id is an `org-…` identifier."""

    id: str = attrs.field(converter=_identifier)
    name: str = attrs.field(validator=attrs.validators.min_len(1))

    def to_record(self) -> dict[str, Any]:
        """The organization as a message contains it."""
        return attrs.asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> "Organization":
        """Reads an organization from a message, and ignores fields that a newer sender adds."""
        return cls(**{field.name: record[field.name] for field in attrs.fields(cls)})
