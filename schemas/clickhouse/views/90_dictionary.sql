-- What everything means: the comments that stand in the store itself.

CREATE OR REPLACE VIEW v_dictionary AS
SELECT
    columns.table AS object, tables.comment AS object_comment, columns.position AS position, columns.name AS column_name,
    columns.type AS type, columns.comment AS comment
FROM system.columns AS columns
INNER JOIN system.tables AS tables ON tables.database = columns.database AND tables.name = columns.table
WHERE columns.database = currentDatabase() AND startsWith(columns.table, 'v_')
COMMENT 'One row per column of a view, with what it means';

ALTER TABLE v_dictionary
    COMMENT COLUMN object 'The view',
    COMMENT COLUMN object_comment 'What one row of it is, and how it counts',
    COMMENT COLUMN position 'Place of the column, from 1',
    COMMENT COLUMN column_name 'The column',
    COMMENT COLUMN type 'Its type in ClickHouse',
    COMMENT COLUMN comment 'What it means';
