"""Connectors reach a kind of thing (a browser, a spreadsheet) and know no customer."""
