import unittest

from orb_common import InvalidIdentifier, new_identifier, parse_identifier


class Identifiers(unittest.TestCase):
    def test_are_read_in_any_case(self):
        self.assertEqual(parse_identifier(" ORG-7K2M-9Q4X", "org"), "org-7k2m-9q4x")

    def test_of_another_kind_or_with_letters_that_look_like_digits_are_rejected(self):
        for text in ("app-7k2m-9q4x", "org-7k2m-9qlx", "org-7k2m", ""):
            with self.subTest(text), self.assertRaisesRegex(InvalidIdentifier, "org-7k2m-9q4x"):
                parse_identifier(text, "org")

    def test_when_new_are_well_formed_and_differ(self):
        drawn = {new_identifier("org") for _ in range(1000)}
        self.assertEqual(len(drawn), 1000)
        self.assertEqual({parse_identifier(text, "org") for text in drawn}, drawn)
