"""How a message reads: in words for people, as the contract's JSON for machines."""
