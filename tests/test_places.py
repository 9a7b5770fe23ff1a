"""Positions as files count them: a slow count, character by character, gives the same places."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.exchange.refi_places import Reading, placed
from helpers.exchange.word_bounds import code_points

READINGS = [Reading(utf16, newline) for utf16 in (False, True) for newline in ("stored", "one", "two")]
TEXTS = st.lists(st.sampled_from(["a", " ", "é", "😀", "\n", "\r", "\r\n", "\r\r\n"]), max_size=12).map("".join)


def begins(text, reading):
    """Where each code point begins, and the last one ends, in the reading's units."""
    units, found = 0, [0]
    for n, letter in enumerate(text):
        rest = text[n:].lstrip("\r")
        width = 2 if reading.utf16 and letter > "\uffff" else 1
        if reading.newline == "one" and letter == "\r" and rest.startswith("\n"):
            width = 0
        if reading.newline == "two" and letter == "\n" and text[n - 1 : n] != "\r":
            width = 2
        units += width
        found.append(units)
    return found


@pytest.mark.parametrize("reading", READINGS, ids=str)
@given(text=TEXTS)
def test_a_position_is_the_first_character_that_begins_there_or_behind(reading, text):
    known = begins(text, reading)
    positions = np.arange(-1, known[-1] + 2)
    expected = [next((n for n, unit in enumerate(known) if unit >= p), -1) if p >= 0 else -1 for p in positions]
    assert placed(code_points(text), positions, reading).tolist() == expected
