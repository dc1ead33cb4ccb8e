"""Stand-ins for packages that vLLM's parser of arguments imports on its way and that only running a model needs.

Importing this module puts them in place, for those that are not installed. Nothing that is checked calls into them; `used`
has the names of those that were imported.
"""
import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types

NAMES = {"diskcache", "llguidance", "lark", "lmformatenforcer", "outlines_core", "xgrammar"}
used = set()


class Anything(type):
    """A class whose attributes are classes of the same kind, so that what is only named is there."""

    def __getattr__(cls, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name, (), {})

    def __or__(cls, other):
        return cls

    __ror__ = __or__


class Module(types.ModuleType):
    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything(name, (), {})


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in NAMES:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec):
        used.add(spec.name)
        return Module(spec.name)

    def exec_module(self, module):
        pass


# Last of all finders: what is installed goes before.
sys.meta_path.append(Finder())
