"""What several test folders share: the browser, the server, the repository's own files."""
