"""Changes of live listings: staged field by field until a moderator decides; prices, at once or on a day."""
