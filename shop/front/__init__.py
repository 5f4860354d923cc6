"""The shop front: what shoppers see first. It joins what may be sold (catalog) with what is on the shelf."""
