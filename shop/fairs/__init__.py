"""Trade fairs: floor plan, applications of certified products, and booths that two can never hold at once."""
