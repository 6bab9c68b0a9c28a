"""What is compared, one process each: given `Task` as JSON, each handles one log and prints one `Measured` as JSON."""
