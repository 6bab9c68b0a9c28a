-- Who may do what on a ClickHouse server. Run as an administrator before the first `siloscope migrate`, again at any time.
-- Every statement is checked by ClickHouse's own parser in our tests; what they do on a server has not been tried:
-- the embedded engine has no users. docs/bi.md says what to check.

CREATE DATABASE IF NOT EXISTS siloscope;

-- Views run with the rights of this user, whom nobody can log in as: so whoever may read a view needs no right to the
-- tables below it, where redeliveries and refused inputs are. So do snapshots, which are put in the place of the old ones.
CREATE USER IF NOT EXISTS siloscope_views IDENTIFIED WITH no_password HOST NONE;
GRANT SELECT, INSERT, CREATE TABLE, DROP TABLE ON siloscope.* TO siloscope_views;
GRANT SELECT ON system.tables TO siloscope_views;
GRANT SELECT ON system.columns TO siloscope_views;

-- `siloscope migrate`
CREATE ROLE IF NOT EXISTS siloscope_migrate;
GRANT CREATE DATABASE, CREATE TABLE, CREATE VIEW, DROP TABLE, DROP VIEW, ALTER, SELECT, INSERT, SYSTEM VIEWS ON siloscope.* TO siloscope_migrate;
GRANT SELECT ON system.* TO siloscope_migrate;
GRANT SET DEFINER ON siloscope_views TO siloscope_migrate;
CREATE SETTINGS PROFILE IF NOT EXISTS siloscope_migrate
    SETTINGS default_normal_view_sql_security = 'DEFINER', default_view_definer = 'siloscope_views' TO siloscope_migrate;

-- `siloscope writer`
CREATE ROLE IF NOT EXISTS siloscope_write;
GRANT SELECT, INSERT ON siloscope.* TO siloscope_write;

-- Dashboards: figures, no customer by name, nothing anybody said.
CREATE ROLE IF NOT EXISTS siloscope_figures;
GRANT SELECT ON siloscope.v_answer_divergence TO siloscope_figures;
GRANT SELECT ON siloscope.v_clock TO siloscope_figures;
GRANT SELECT ON siloscope.v_department_matrix TO siloscope_figures;
GRANT SELECT ON siloscope.v_dictionary TO siloscope_figures;
GRANT SELECT ON siloscope.v_freshness TO siloscope_figures;
GRANT SELECT ON siloscope.v_incidents TO siloscope_figures;
GRANT SELECT ON siloscope.v_journey_map TO siloscope_figures;
GRANT SELECT ON siloscope.v_precision TO siloscope_figures;
GRANT SELECT ON siloscope.v_rates TO siloscope_figures;
GRANT SELECT ON siloscope.v_scorecard TO siloscope_figures;
GRANT SELECT ON siloscope.v_scorecard_messages TO siloscope_figures;
GRANT SELECT ON siloscope.v_snapshots TO siloscope_figures;
GRANT SELECT ON siloscope.v_symptom_trends TO siloscope_figures;
GRANT SELECT ON siloscope.v_symptoms_daily TO siloscope_figures;
GRANT SELECT ON siloscope.v_symptoms_hourly TO siloscope_figures;
GRANT SELECT ON siloscope.v_time_wasted TO siloscope_figures;
GRANT SELECT ON siloscope.v_touchpoints_daily TO siloscope_figures;
GRANT SELECT ON siloscope.v_touchpoints_hourly TO siloscope_figures;
GRANT SELECT ON siloscope.v_transitions TO siloscope_figures;

-- Analysts, and Grafana with its links to single customers: all views but the refused inputs, which are whole in there.
CREATE ROLE IF NOT EXISTS siloscope_analyst;
GRANT SELECT ON siloscope.v_* TO siloscope_analyst;
REVOKE SELECT ON siloscope.v_dead_letters FROM siloscope_analyst;
REVOKE SELECT ON siloscope.v_audit FROM siloscope_analyst;

-- `siloscope board`: what analysts read. It shows texts to those alone who may read them, and notes that they did.
CREATE ROLE IF NOT EXISTS siloscope_board;
GRANT SELECT ON siloscope.v_* TO siloscope_board;
REVOKE SELECT ON siloscope.v_dead_letters FROM siloscope_board;
REVOKE SELECT ON siloscope.v_audit FROM siloscope_board;

-- The auditor: who read what customers wrote, and nothing else. Not one of those who are audited.
CREATE ROLE IF NOT EXISTS siloscope_auditor;
GRANT SELECT ON siloscope.v_audit TO siloscope_auditor;

-- Nobody who asks can stop the writer: time, memory, rows, and how much in an hour. Grafana's driver sets the time itself.
CREATE SETTINGS PROFILE IF NOT EXISTS siloscope_read
    SETTINGS readonly = 1, max_execution_time = 60 CHANGEABLE_IN_READONLY, max_memory_usage = 4000000000,
    max_result_rows = 1000000, result_overflow_mode = 'throw', priority = 10
    TO siloscope_figures, siloscope_analyst, siloscope_auditor, siloscope_board;
CREATE QUOTA IF NOT EXISTS siloscope_read KEYED BY user_name
    FOR INTERVAL 1 hour MAX queries = 10000, execution_time = 3600
    TO siloscope_figures, siloscope_analyst, siloscope_auditor;
