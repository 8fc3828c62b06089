"""Synthetic people, offices and cases for the demo and the tests. No real person has such a number (month + 80)."""
