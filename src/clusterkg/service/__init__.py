"""7. How it is asked: pages, resources and SPARQL over HTTP."""
