"""Mails that came in, whichever way: what each is, and what it means for its lead. For the functions that take them."""
