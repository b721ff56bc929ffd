"""The operator's tool: verbs, the local channel that hands them to a running server, and the command line."""
