"""Which visitor goes to which clerk in which booth?"""
