"""Proof in public: the page and the code behind each certificate, the scan of a label, and reports of labels."""
