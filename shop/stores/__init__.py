"""Stores: the legal sellers, the shops they run, and the places inside each where goods lie."""
