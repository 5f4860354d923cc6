"""What a customer may ask of her data: to see it, take it with her, take consents back, correct it, have it erased."""
