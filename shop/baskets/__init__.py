"""Gift baskets: parts that are sold together while every one of them may be sold."""
