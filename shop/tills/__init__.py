"""The till (quầy thu ngân): devices, shifts, sales and returns, with and without a network."""
