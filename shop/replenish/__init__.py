"""What to order from whom, and when to stop: minimum levels, pace of sale, last days of stars and of goods."""
