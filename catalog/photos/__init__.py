"""Photos of products: written anew at the door, shown when a moderator and a certificate allow it."""
