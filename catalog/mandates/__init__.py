"""Acting for a producer: who may, for what, until when, by which consent; and what was done."""
