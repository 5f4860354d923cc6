"""Orders: the promise to a buyer, its snapshot of price and star, and the way of the goods to her."""
