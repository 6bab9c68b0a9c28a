-- A department that may only see what involves itself: an example for finance, to be copied for another.
-- Not tried on a server. Check it there before anybody relies on it, as a user of the role:
--   SELECT countIf(NOT has(departments, 'finance')) FROM siloscope.v_alerts    -- must be 0
-- If it is not, give the role views of its own instead: CREATE VIEW finance.v_alerts AS SELECT … WHERE has(departments, 'finance').

CREATE ROLE IF NOT EXISTS siloscope_finance;
GRANT SELECT ON siloscope.v_alerts TO siloscope_finance;
GRANT SELECT ON siloscope.v_warnings TO siloscope_finance;
ALTER SETTINGS PROFILE IF EXISTS siloscope_read TO siloscope_figures, siloscope_analyst, siloscope_auditor, siloscope_board, siloscope_finance;
ALTER QUOTA IF EXISTS siloscope_read TO siloscope_figures, siloscope_analyst, siloscope_auditor, siloscope_finance;

CREATE ROW POLICY IF NOT EXISTS siloscope_finance ON siloscope.v_alerts
    FOR SELECT USING has(departments, 'finance') TO siloscope_finance;
CREATE ROW POLICY IF NOT EXISTS siloscope_finance ON siloscope.v_warnings
    FOR SELECT USING 'finance' IN (from_department, to_department) TO siloscope_finance;

-- Where a view has a policy, everybody else needs one too.
CREATE ROW POLICY IF NOT EXISTS siloscope_others ON siloscope.v_alerts
    FOR SELECT USING 1 TO ALL EXCEPT siloscope_finance;
CREATE ROW POLICY IF NOT EXISTS siloscope_others ON siloscope.v_warnings
    FOR SELECT USING 1 TO ALL EXCEPT siloscope_finance;
