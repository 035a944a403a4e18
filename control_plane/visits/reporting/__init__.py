"""What is told of many visits: the rows of every room, joined into one report."""
