"""The peers: each a script of its own in an environment of its own, asked on its command line (see `protocol`)."""
