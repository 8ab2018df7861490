"""6. What we release: a folder of dumps and descriptions, whole or not at all."""
