"""What is told of many visits, and what of few is not?"""
