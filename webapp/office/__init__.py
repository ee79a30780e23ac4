"""The office's pages: each stage of an evaluation has its module."""
