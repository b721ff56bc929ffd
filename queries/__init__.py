"""Everything that is read: one .sql file a subject, and typed functions over it. Views only, never a table."""
