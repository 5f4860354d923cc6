"""Floor plans of a fair: drawn, judged, saved, printed."""
