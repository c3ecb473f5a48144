"""What the author's test kit does with workflows that need a second person."""
