"""Second clocks: the food-safety declaration of a product and the ATTP certificate of its maker."""
