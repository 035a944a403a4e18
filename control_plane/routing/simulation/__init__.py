"""How would a day go under a policy? The real routing code in virtual time; all of it pure."""
