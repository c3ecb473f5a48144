"""`python -m rpa.cli`, where the `rpa` command is not on the path."""

from rpa.cli import main

if __name__ == "__main__":
    main()
