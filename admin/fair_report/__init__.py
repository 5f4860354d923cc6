"""The report after a fair: who came, from where, with how many stars, what was sold, met and given back."""
