"""Hooks on live PyTorch modules: those of the library a model comes from are part of it.

A hook that the user has put on a model is not run: it would be given stand-ins, and might keep
them. One that the model's own code registers during the run is, and so is one that belongs to the
installed package its module's class is from, which may collect there what it returns.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from weighbridge.readers._live_torch_settings import Foreign, TorchModule

_TABLES = ("_forward_pre_hooks", "_forward_hooks")
_INSTALLED = ("site-packages", "dist-packages")


class Hooks:
    """Which hooks are run, and running them as PyTorch does."""

    def __init__(self) -> None:
        self._users: set[tuple[int, int]] = set()
        """Hooks that are the user's, by the identity of their table and their number in it."""

    def note(self, modules: list[TorchModule]) -> None:
        """Tells the hooks that are there before the run."""
        for module in modules:
            for name in _TABLES:
                table = module.__dict__.get(name)
                if table:
                    users = (k for k, hook in table.items() if not _of_library(module, hook))
                    self._users |= {(id(table), key) for key in users}

    def before(
        self, module: TorchModule, values: tuple[Foreign, ...], named: dict[str, Foreign]
    ) -> tuple[tuple[Foreign, ...], dict[str, Foreign]]:
        """The arguments as the hooks before a call leave them."""
        table = module.__dict__["_forward_pre_hooks"]
        with_names = module.__dict__["_forward_pre_hooks_with_kwargs"]
        for key, hook in list(table.items()):
            if (id(table), key) in self._users:
                continue
            if key in with_names:
                found = hook(module, values, named)
                values, named = found if found is not None else (values, named)
            else:
                found = hook(module, values)
                if found is not None:
                    values = found if isinstance(found, tuple) else (found,)
        return values, named

    def after(
        self,
        module: TorchModule,
        values: tuple[Foreign, ...],
        named: dict[str, Foreign],
        result: Foreign,
    ) -> Foreign:
        """What comes out, as the hooks after a call leave it."""
        table = module.__dict__["_forward_hooks"]
        with_names = module.__dict__["_forward_hooks_with_kwargs"]
        for key, hook in list(table.items()):
            if (id(table), key) in self._users:
                continue
            given = (
                (module, values, named, result) if key in with_names else (module, values, result)
            )
            found = hook(*given)
            result = result if found is None else found
        return result


def _of_library(module: TorchModule, hook: Foreign) -> bool:
    """Whether ``hook`` is from the installed package that the class of ``module`` is from."""
    owner = str(getattr(hook, "__module__", None) or "").partition(".")[0]
    if owner != type(module).__module__.partition(".")[0]:
        return False
    file = str(getattr(sys.modules.get(owner), "__file__", None) or "")
    return any(folder in file for folder in _INSTALLED)
