"""Keeps what is in memory out of core dumps."""


def forbid_core_dumps() -> None:
    """Let the system write no core dump of this process or of what it starts. Windows writes none unless told to."""
    try:
        import resource
    except ImportError:
        return
    _, most = resource.getrlimit(resource.RLIMIT_CORE)
    # One byte and not none: Linux hands a dump to a program (systemd-coredump, apport) whatever the limit is, unless it
    # is 1.
    limit = 1 if most == resource.RLIM_INFINITY else min(1, most)
    resource.setrlimit(resource.RLIMIT_CORE, (limit, limit))
