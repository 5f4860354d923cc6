"""What a producer's goods do in the stores: what was sold, what is owed for it, what should be brought next."""
