"""Pictures as values: what lies where. Templates draw them; nothing here knows HTML."""
