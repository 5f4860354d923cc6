"""One decision over many products: entered by one certifier, confirmed by another, applied whole or not at all."""
