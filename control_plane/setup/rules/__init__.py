"""What may a thing that is set up hold, who may change what of it, and which steps open a point?"""
