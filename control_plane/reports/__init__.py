"""What is kept for statistics: counts and smileys, never a person."""
