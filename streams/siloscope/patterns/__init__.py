"""One's own symptoms: Python files, and patterns declared in YAML."""
