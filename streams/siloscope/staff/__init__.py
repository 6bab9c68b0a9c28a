"""What the board and the deliveries share: reading what is told, and writing what staff do."""
