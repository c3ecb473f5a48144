"""What the demo runs against: the practice clinic and the two extracts that disagree about it."""
