"""A file per foreign library; its words and its blocking calls end here."""
