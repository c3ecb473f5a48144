"""The code and the commands of the README and the docs, run as a reader would."""
