"""Cash that couriers took at the door, and what of it they passed on."""
