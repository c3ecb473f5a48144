"""The shipped workflows, a file each; a file whose name begins with an underscore is part of another."""
