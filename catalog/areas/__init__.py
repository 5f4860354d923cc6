"""Administrative units of Việt Nam by day: provinces, districts (to 30 June 2025) and communes."""
