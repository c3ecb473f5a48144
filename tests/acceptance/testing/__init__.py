"""The author's test kit on real screens."""
