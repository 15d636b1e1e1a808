import unittest

from orb_common import InvalidIdentifier
from orb_models import Organization


class Organizations(unittest.TestCase):
    def test_come_back_from_their_record(self):
        organization = Organization("ORG-7K2M-9Q4X", "Example")
        self.assertEqual(organization.to_record(), {"id": "org-7k2m-9q4x", "name": "Example"})
        self.assertEqual(Organization.from_record({**organization.to_record(), "added": 1}), organization)

    def test_need_an_identifier_and_a_name(self):
        with self.assertRaises(InvalidIdentifier):
            Organization("app-7k2m-9q4x", "Example")
        with self.assertRaises(ValueError):
            Organization("org-7k2m-9q4x", "")
