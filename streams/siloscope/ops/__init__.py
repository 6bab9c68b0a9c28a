"""Running Siloscope: broker, topics, simulation, demo, replay, dead letters."""
