"""A campaign's settings, one file for each group of them; `campaign` puts them together."""
