#!/usr/bin/env python3
"""Turns text files into C++ constants: embed.py OUT NAME=FILE..."""

import sys

PIECE = 8000  # characters of a literal that every compiler takes

out, *entries = sys.argv[1:]
with open(out, "w", encoding="utf-8") as header:
    header.write("#pragma once\n")
    for entry in entries:
        name, path = entry.split("=", 1)
        with open(path, encoding="utf-8") as file:
            text = file.read()
        pieces = [text[at : at + PIECE] for at in range(0, len(text), PIECE)]
        header.write(f"inline constexpr char {name}[] =\n" + "\n".join(f'R"~~~({piece})~~~"' for piece in pieces) + ";\n")
