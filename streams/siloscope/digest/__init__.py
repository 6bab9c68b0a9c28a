"""The week for the customer-experience council: what hurt customers most, between whom, what it cost, what changed."""
