"""Re-evaluation: dossiers, their window, the extension that rests on one, and reminders before a star ends."""
