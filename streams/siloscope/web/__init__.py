"""The staff board."""
