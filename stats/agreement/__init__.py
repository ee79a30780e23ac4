"""Do raters agree, and do items measure one thing?"""
