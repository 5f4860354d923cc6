"""What buyers say of products: only of lines that were handed over, moderated by law and never by taste."""
