"""What is offered where, and on which days and at which hours?"""
