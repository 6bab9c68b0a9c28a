"""The store: ClickHouse, embedded or a server, and the writer that fills it from Kafka."""
