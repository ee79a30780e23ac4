"""The hot path: a code and answers come in, one sealed envelope is stored, a receipt goes out."""
