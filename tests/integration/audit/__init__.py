"""The sealed record on both databases."""
