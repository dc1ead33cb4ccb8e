"""Ordinary files whose names are more than names: protocols, patterns, options, shell, HTML, codes."""
from registry import hostile

NAMES = (
    ("http:127.0.0.1.mp4", "a host"), ("concat:a.mp4|b.mp4", "ffmpeg's protocol that joins files"),
    ("subfile,,start,0,end,9,,:a.mp4", "ffmpeg's protocol for parts of files"), ("pipe:0.mp4", "standard input"),
    ("data:video;base64,AAAA.mp4", "an address with data in it"), ("file:a.mp4", "another file"),
    ("shots-%03d.mp4", "a row of pictures"), ("*.mp4", "every file"), ("-y.mp4", "an option"),
    ("--output-path.mp4", "an option of Shotlist's"), ("$(touch pwned).mp4", "a command"),
    ("`touch pwned`; touch pwned.mp4", "commands"), ("<img src=x onerror=alert(1)>.mp4", "HTML"),
    ("\"quoted'\\.mp4", "quotes and a backslash"), ("line\nerror: all is lost.mp4", "a line of its own"),
    ("\x1b[2J\x1b]0;pwned\x07.mp4", "codes for a terminal"), ("\x9b31m\u202e4pm.mp4", "codes of one character"),
    (" .mp4", "a space"), ("x" * 240 + ".mp4", "as long as names may be"))
for name, meaning in NAMES:
    hostile(name, f"a name that reads as {meaning}", "read 24")(lambda material: material.plain("plain.mp4"))
