"""Product stops: orders to take a product off the market, and papers that have run out and block."""
