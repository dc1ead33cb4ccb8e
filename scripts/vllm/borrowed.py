"""Functions of vLLM and transformers whose modules import what is not here (torchvision, compiled kernels).

They are taken out of the installed files as they are, so that what is run is still their code.
"""
import __future__

import ast
import importlib.util
import math
import pathlib
from collections.abc import Mapping
from typing import cast

import numpy as np
import torch


def place(package, path):
    """A file of an installed package, found without importing the package."""
    return pathlib.Path(importlib.util.find_spec(package).origin).parent / path


def function(package, path, name):
    """A function, or a class's method as a function (`Class.method`)."""
    body = ast.parse(place(package, path).read_text()).body
    for part in name.split("."):
        found = next(node for node in body if getattr(node, "name", None) == part)
        body = found.body
    found.decorator_list = []
    module = ast.Module(body=[found], type_ignores=[])
    names = {"math": math, "np": np, "torch": torch, "cast": cast, "Mapping": Mapping}
    code = compile(module, f"{package}/{path}", "exec", flags=__future__.annotations.compiler_flag)
    exec(code, names)
    return names[found.name]


def fields(package, path, name):
    """The names that a class annotates."""
    tree = ast.parse(place(package, path).read_text())
    found = next(node for node in tree.body if getattr(node, "name", None) == name)
    return {node.target.id for node in found.body if isinstance(node, ast.AnnAssign)}
