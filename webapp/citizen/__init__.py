"""For those who hold a code: enter it, answer, send, keep a receipt. No account, no script."""
