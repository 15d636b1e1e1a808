"""The records that services of the integration hub exchange."""

from orb_models.organization import Organization

__all__ = ["Organization"]
