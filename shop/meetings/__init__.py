"""Supply and demand (kết nối cung cầu): buyers' wishes, proposals, meetings that are never booked twice."""
