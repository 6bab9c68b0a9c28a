-- One user for each process and tool; a person gets one of her own in the same way. Passwords are query parameters, so
-- that none stands in a file of ours or on a command line: each from its secret, for instance
--   { printf "SET param_grafana = '%s';" "$(cat /run/secrets/clickhouse_grafana)"; …; cat 02_users.sql; } | clickhouse-client

CREATE USER IF NOT EXISTS migrate IDENTIFIED WITH sha256_password BY {migrate:String} DEFAULT ROLE siloscope_migrate;
GRANT siloscope_migrate TO migrate;

CREATE USER IF NOT EXISTS writer IDENTIFIED WITH sha256_password BY {writer:String} DEFAULT ROLE siloscope_write;
GRANT siloscope_write TO writer;

CREATE USER IF NOT EXISTS grafana IDENTIFIED WITH sha256_password BY {grafana:String} DEFAULT ROLE siloscope_analyst;
GRANT siloscope_analyst TO grafana;

CREATE USER IF NOT EXISTS board IDENTIFIED WITH sha256_password BY {board:String} DEFAULT ROLE siloscope_board;
GRANT siloscope_board TO board;
