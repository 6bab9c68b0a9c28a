-- What lost time costs: the setting `rates`, written here by `siloscope migrate` and by the embedded store's writer.

CREATE TABLE IF NOT EXISTS rates
(
    department LowCardinality(String) COMMENT 'Of this department; empty: of any',
    reason LowCardinality(String) COMMENT 'For this reason; empty: for any',
    hour Decimal(18, 6) COMMENT 'What an hour of lost time costs',
    currency LowCardinality(String) COMMENT 'ISO 4217 code'
)
ENGINE = MergeTree
ORDER BY (department, reason)
COMMENT 'What an hour of a customer''s lost time costs: of several rates that fit, that which says most counts, the reason first';
