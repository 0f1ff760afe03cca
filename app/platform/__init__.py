"""The embedded platform: PostgreSQL from a wheel, one data folder, one supervisor over all processes."""
