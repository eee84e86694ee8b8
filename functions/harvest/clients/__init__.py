"""HTTP to the providers: one module per provider, all on the same line (`http.py`)."""
