"""The answers of docs/cookbook.md, worked out from the company's own records without the store."""
