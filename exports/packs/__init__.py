"""Evidence packs: what a reader collects, puts in order and takes away, without an account.

`contents.py` is a pack as a value, which an address or a cookie can hold; `keeping.py` the cookie; `changing.py` what the
buttons do; `gathering.py` goes from keys to published rows, and to the outline from which every form is drawn.
"""
