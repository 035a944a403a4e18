"""What comes due without anybody asking."""
