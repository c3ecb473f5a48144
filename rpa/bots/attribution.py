"""Says of each fault which system had it, so that a workflow of several systems blames the right one."""

from collections.abc import Callable
from functools import wraps
from inspect import isfunction
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from rpa.exceptions import SystemException

P = ParamSpec("P")
R = TypeVar("R")


class OfSystem(Protocol):
    """Whatever acts in one system."""

    system_name: str
    """The registered name of that system."""


def attribute_faults(kind: type) -> None:
    """Let each SystemException that leaves a public method or property of a class name the system it happened in."""
    for name, member in list(vars(kind).items()):
        if name.startswith("_"):
            continue
        if isfunction(member):
            setattr(kind, name, _attributed(member))
        elif isinstance(member, property) and member.fget is not None:
            setattr(kind, name, member.getter(_attributed(member.fget)))


def _attributed(method: Callable[Concatenate[OfSystem, P], R]) -> Callable[Concatenate[OfSystem, P], R]:
    @wraps(method)
    def attributing(self: OfSystem, /, *args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return method(self, *args, **kwargs)
        except SystemException as fault:
            fault.system = fault.system or self.system_name
            raise

    return attributing
