"""What all services of the integration hub share."""

from orb_common.identifiers import InvalidIdentifier, new_identifier, parse_identifier

__all__ = ["InvalidIdentifier", "new_identifier", "parse_identifier"]
