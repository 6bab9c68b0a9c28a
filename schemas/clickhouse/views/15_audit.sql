-- Who read what customers wrote. Not for analysts: deploy/clickhouse/01_roles.sql, gateway/engine.py.

CREATE OR REPLACE VIEW v_audit AS
SELECT * EXCEPT (kafka_partition, kafka_offset) FROM audit FINAL
COMMENT 'One row per reading of a customer''s own words, login, logout or refusal; only the auditor reads it';
