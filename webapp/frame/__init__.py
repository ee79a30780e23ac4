"""What every process answers, whomever it serves: health, the switches of language and palette."""
