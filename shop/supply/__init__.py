"""What a producer's goods do in the stores: what was sold, what should be brought next."""
