"""3. What we hold: the quads relation: written, counted, loaded."""
