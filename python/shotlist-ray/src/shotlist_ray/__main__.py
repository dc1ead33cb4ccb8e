"""`python -m shotlist_ray` is `shotlist-ray`."""

from .cli import main

if __name__ == "__main__":
    main()
