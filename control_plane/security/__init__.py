"""Keys and issuers, sign-in, Scope, the audit log, broker rights, the devices' endpoint."""
