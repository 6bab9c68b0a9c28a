"""The dashboards without Grafana: their queries, run and drawn from the same JSON."""
