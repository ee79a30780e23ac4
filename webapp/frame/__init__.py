"""What every process answers, whomever it serves: health, the language switch."""
