"""When does a queue take nobody more, and how well did it do?"""
