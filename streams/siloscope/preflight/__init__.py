"""Before it is sent: what a message, a campaign or a planned rule would set off; and the process that others ask."""
