"""The gateway: others read the embedded store while the writer has it, through ClickHouse's HTTP interface."""
