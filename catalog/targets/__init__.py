"""What an authority set out to reach: products recognised, evaluated again, brought to five stars."""
