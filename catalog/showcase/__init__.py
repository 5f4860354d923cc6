"""Everything that is live, kept in memory by each process and exact to the last commit: for lists, facets, counts."""
