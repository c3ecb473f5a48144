"""What the README and the docs say, compared with the code."""
