"""Where a visit's parties meet, and how their signals reach each other."""
