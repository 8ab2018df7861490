"""1. What we were given: a declared source becomes a relation whose rows know their place."""
