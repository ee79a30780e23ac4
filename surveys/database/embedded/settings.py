"""The settings the embedded server runs with."""

from typing import Final

# On the command line, where neither postgresql.conf nor ALTER SYSTEM can weaken them.
SAFE: Final = {
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "track_commit_timestamp": "off",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    # An ERROR quotes the value it stumbled over; the server's own news are LOG and above.
    "log_min_messages": "log",
    "log_min_duration_statement": "-1",
    "log_connections": "",
    "log_disconnections": "off",
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
}

# In postgresql.conf, where an administrator may tune them.
TUNED: Final = {
    "max_connections": "200",
    "shared_buffers": "128MB",
    "log_checkpoints": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
