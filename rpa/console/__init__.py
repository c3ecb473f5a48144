"""The web console: what requesters, the digital team and auditors see in a browser."""
