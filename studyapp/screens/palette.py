"""The command palette: everything that can be done here and now, by name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.dom import DOMNode


class StudyCommands(Provider):
    """Offers each action that a key has, and those that have none."""

    async def discover(self) -> Hits:
        """List everything."""
        for name, key, namespace, action in self._commands():
            yield DiscoveryHit(name, partial(self.app.run_action, action, namespace), help=key)

    async def search(self, query: str) -> Hits:
        """List what a query fits."""
        matcher = self.matcher(query)
        for name, key, namespace, action in self._commands():
            score = matcher.match(name)
            if score > 0:
                shown = matcher.highlight(name)
                run = partial(self.app.run_action, action, namespace)
                yield Hit(score, shown, run, text=name, help=key)

    def _commands(self) -> Iterator[tuple[str, str, DOMNode, str]]:
        """Yield each command's name, its key in words, where its action is, and the action."""
        seen: set[str] = set()
        for node, binding, is_enabled, _ in self.screen.active_bindings.values():
            if is_enabled and binding.tooltip and binding.action not in seen:
                seen.add(binding.action)
                key = f"key {self.app.get_key_display(binding)}"
                yield (_sentence(binding.tooltip), key, node, binding.action)
        for name, action in getattr(self.screen, "KEYLESS", ()):
            yield (_sentence(name), "no key", self.screen, action)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
