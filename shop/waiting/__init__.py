"""Who wants to be told when a product can be bought again, told once and then forgotten."""
