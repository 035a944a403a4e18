"""One truth about who is busy, over our visits and any agency's contact centre."""
